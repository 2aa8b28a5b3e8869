import Tables

/// Ids that a saved model knows and new ones: which key each has among all of them.
struct IDSpace {
  /// What ids are called in messages.
  private let what: String
  /// The texts behind keys, ascending by their bytes; nil where ids are whole numbers.
  let names: [String]?
  /// The key of each text, where ids are texts.
  private let keys: [[UInt8]: Int64]
  /// The new key of each old one, where ids are texts.
  private let moved: [Int64]

  /// Puts the ids behind `names` and the `new` ones together.
  init(_ what: String, _ names: TextTable?, _ new: [String]) {
    self.what = what
    guard let names else {
      (self.names, keys, moved) = (nil, [:], [])
      return
    }
    var bytes = names.map { Array($0.utf8) }
    var seen = Set(bytes)
    for text in new where seen.insert(Array(text.utf8)).inserted { bytes.append(Array(text.utf8)) }
    let order = bytes.indices.sorted { bytes[$0].lexicographicallyPrecedes(bytes[$1]) }
    var moved = [Int64](repeating: 0, count: bytes.count)
    for (place, old) in order.enumerated() { moved[old] = Int64(place) }
    self.moved = moved
    self.names = order.map { String(decoding: bytes[$0], as: UTF8.self) }
    keys = Dictionary(uniqueKeysWithValues: order.enumerated().map { (bytes[$0.element], Int64($0.offset)) })
  }

  /// The key that an id of the model has now.
  func key(ofOld key: Int64) -> Int64 {
    guard names != nil, let place = Int(exactly: key), moved.indices.contains(place) else { return key }
    return moved[place]
  }

  /// The id that a key stands for.
  func id(of key: Int64) -> String { names.map { $0[Int(key)] } ?? String(key) }

  /// The key of an id as it is written.
  /// - Throws: `DataError` where the model's ids are whole numbers, and this is none.
  func key(of text: String, file: String, row: Int) throws -> Int64 {
    if names != nil, let key = keys[Array(text.utf8)] { return key }
    // As programs write them: `007` is another id than `7`, and not one of the model's.
    guard names == nil, let key = Int64(text), String(key) == text, key >= 0 else {
      throw DataError(
        "row \(row + 1): the model's \(what) ids are whole numbers, and '\(text)' is none as programs write them",
        file: file
      )
    }
    return key
  }
}
