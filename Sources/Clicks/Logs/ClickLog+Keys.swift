import Tables

extension ClickLog {
  /// Ids that another log does not have, in the order of their keys: -1 is the key of the first, -2 of the second.
  package struct StrangeNames: Sendable, Equatable {
    package var users: [String] = []
    package var items: [String] = []
  }

  /// Rewrites the keys so that equal ids have equal keys in `other` and here; an id that `other` does not have gets a
  /// negative key of its own, unless it is an integer as all ids of `other` are.
  ///
  /// Ids are equal where their bytes are, whether they were read as integers or as text.
  /// - Returns: the ids with negative keys.
  package mutating func takeKeys(of other: ClickLog) -> StrangeNames {
    var strange = StrangeNames()
    (users, strange.users) = Self.keys(users, userNames, like: other.userNames)
    (items, strange.items) = Self.keys(items, itemNames, like: other.itemNames)
    userNames = other.userNames
    itemNames = other.itemNames
    return strange
  }

  private static func keys(
    _ keys: [Int64],
    _ names: [String]?,
    like wanted: [String]?
  ) -> (keys: [Int64], strange: [String]) {
    if names == nil && wanted == nil { return (keys, []) }
    let own = names.map { (keys: keys, names: $0) } ?? keys.asNames
    let known = wanted.map(SortedNames.init)
    var strange: [String] = []
    let keyOfName = own.names.map { name in
      if let place = known?.place(of: name) { return Int64(place) }
      if known == nil, !name.isName(in: .identifier), let key = Int64(name) { return key }
      strange.append(name)
      return -Int64(strange.count)
    }
    return (own.keys.map { keyOfName[Int($0)] }, strange)
  }
}

extension [Int64] {
  /// Integers as keys over the sorted names that their digits are.
  var asNames: (keys: [Int64], names: [String]) {
    let (codes, names) = ColumnValues.digits(of: self[...])
    return (codes.map(Int64.init), names)
  }
}

/// Two names that are different bytes and look the same: an accent written as one letter or as two, blanks around them, or
/// characters that are not seen, such as U+200B.
package struct NameTwins: Sendable, Equatable {
  package var first: String
  package var second: String

  /// `name` without characters that are not seen, and blanks of any kind around it.
  private static func look(of name: String) -> String {
    let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
    let isUnseen = { (scalar: Unicode.Scalar) in
      !scalar.isASCII && scalar.properties.isDefaultIgnorableCodePoint
    }
    let scalars = name.unicodeScalars
    guard let first = scalars.first, let last = scalars.last,
      isBlank(first) || isBlank(last) || scalars.contains(where: isUnseen)
    else { return name }
    let seen = scalars.filter { !isUnseen($0) }.drop(while: isBlank)
    return String(String.UnicodeScalarView(seen.reversed().drop(while: isBlank).reversed()))
  }

  /// How many there are among `names`, and the first few of them.
  package static func all(in names: [String], showing most: Int = 3) -> (count: Int, examples: [NameTwins]) {
    // What is plain ASCII without outer blanks looks like another one only where that one is not.
    let odd = names.filter { name in
      !name.utf8.allSatisfy { $0 < 0x80 } || Self.look(of: name).utf8.count < name.utf8.count
    }
    guard !odd.isEmpty else { return (0, []) }
    // Sets and dictionaries of text compare by canonical equivalence.
    let looks = Set(odd.map(Self.look))
    var seen: [String: String] = [:]
    var (count, examples): (Int, [NameTwins]) = (0, [])
    for name in names {
      let look = Self.look(of: name)
      guard looks.contains(look), let other = seen.updateValue(name, forKey: look),
        !other.utf8.elementsEqual(name.utf8)
      else { continue }
      count += 1
      if examples.count < most { examples.append(NameTwins(first: other, second: name)) }
    }
    return (count, examples)
  }
}
