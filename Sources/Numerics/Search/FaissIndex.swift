import CFaiss
import Files

/// An index of FAISS over item vectors with ids, by inner product; `faiss.read_index` opens its files.
///
/// Training is seeded by FAISS and gives the same result for any thread count. Adding to an HNSW index
/// with more than one thread does not: threads race to link vectors, and the graph differs a little from
/// run to run. Add with one thread where the same bytes are wanted.
package final class FaissIndex {
  let handle: OpaquePointer
  /// The factory string it was made from, or the name of FAISS's class if it was read.
  package let factory: String

  /// A setting of an index, named as FAISS names it.
  package enum Parameter: String, Sendable, CaseIterable {
    /// IVF: how many cells are searched; 1 by default.
    case nprobe
    /// HNSW: how many candidates a search keeps; 16 by default.
    case efSearch
    /// HNSW: how many candidates are kept while adding; 40 by default. It must be set before adding.
    case efConstruction
  }

  /// Makes an empty index.
  ///
  /// - Parameters:
  ///   - factory: FAISS's factory string without the map of ids, such as `Flat`, `IVF256,Flat`,
  ///     `HNSW32`, `IVF256,PQ16` or `OPQ16,IVF256,PQ16`.
  ///   - dimension: of the vectors, 1 or more.
  /// - Throws: `FaissFailure.factory`.
  package init(factory: String, dimension: Int) throws {
    try FaissFactory.check(factory)
    guard dimension >= 1, let dimension32 = Int32(exactly: dimension) else {
      throw FaissFailure.factory(factory, problem: "expected a dimension of 1 or more, it is \(dimension)")
    }
    var made: OpaquePointer?
    let code = faiss_shim_create(factory, dimension32, &made)
    guard code == FAISS_SHIM_OK.rawValue, let made else {
      let text = String(cString: faiss_shim_error())
      throw FaissFailure.factory(factory, problem: "FAISS says for dimension \(dimension): \(text)")
    }
    handle = made
    self.factory = factory
  }

  /// Reads an index with ids.
  ///
  /// A file written here carries a checksum, and any damage to it is found. One from elsewhere is refused: FAISS takes what it reads
  /// at its word, and sizes that do not fit each other end the process.
  ///
  /// - Parameter factory: the factory string that it was made from, where that is known.
  /// - Throws: `FileError` where the file cannot be read, `FormatFailure` where it is no such index or
  ///   damaged.
  package init(reading path: String, factory: String? = nil) throws {
    var made: OpaquePointer?
    let code = faiss_shim_read(path, &made)
    if code == FAISS_SHIM_SYSTEM.rawValue { throw FileError("cannot read", path, code: faiss_shim_errno()) }
    guard code == FAISS_SHIM_OK.rawValue, let made else {
      throw FormatFailure(path: path, problem: String(cString: faiss_shim_error()))
    }
    handle = made
    self.factory = factory ?? String(cString: faiss_shim_kind(made))
  }

  /// Reads an index of `vectors` `[items, dimension]` and their ids, where it may hold vectors that several items share once.
  /// - Throws: as ``init(reading:factory:)``, and `FormatFailure` where it is one of other items.
  package convenience init(reading path: String, factory: String, of vectors: Matrix, ids: [Int64]) throws {
    try self.init(reading: path, factory: factory)
    func failure(_ problem: String) -> FormatFailure { FormatFailure(path: path, problem: problem) }
    guard dimension == vectors.columns else {
      throw failure("its vectors have \(dimension) numbers, those of the items \(vectors.columns)")
    }
    guard count - goneCount != ids.count else { return }
    let repeats = RepeatedVectors(vectors, ids: ids)
    guard Set(repeats.rows.map { ids[$0] }) == Set(self.ids).subtracting([Self.gone]) else {
      throw failure("it holds \(count - goneCount) vectors, and not those of the \(ids.count) items")
    }
    stand(for: repeats)
  }

  deinit { faiss_shim_destroy(handle) }

  /// The number of vectors in the index.
  package var count: Int { Int(faiss_shim_count(handle)) }

  /// The id of a vector that is not found any more and whose place nothing else can take.
  package static let gone = Int64(FAISS_SHIM_GONE)

  /// The ids of all vectors in the order in which they were added, ``gone`` ones with them.
  package var ids: [Int64] {
    [Int64](unsafeUninitializedCapacity: count) { room, filled in
      if let start = room.baseAddress, count > 0 { faiss_shim_ids(handle, start) }
      filled = count
    }
  }

  /// How many vectors are ``gone`` and still take room: of an HNSW graph nothing can be taken out, as paths lead through it.
  package private(set) lazy var goneCount: Int = ids.count { $0 == Self.gone }

  /// Items that have the vector of one that is in the index, ascending, by its id: they are found behind it, and are not in the
  /// index themselves.
  package private(set) var others: [Int64: [Int64]] = [:] {
    didSet { otherCount = others.values.reduce(0) { $0 + $1.count } }
  }
  private var otherCount = 0

  /// How many items can be found.
  package var itemCount: Int { count - goneCount + otherCount }

  /// Tells the index which items it stands for: those of `repeats`, whose ``RepeatedVectors/rows`` it holds.
  package func stand(for repeats: RepeatedVectors) { others = repeats.others }

  /// Gives all vectors other ids, in the order of ``ids``; those whose new id is ``gone`` are taken out where the index can do
  /// that, and else never found again.
  /// - Throws: `FaissFailure.library`, `.negativeID`.
  package func setIDs(_ ids: [Int64]) throws(FaissFailure) {
    precondition(ids.count == count, "one id a vector")
    if let odd = ids.first(where: { $0 < 0 && $0 != Self.gone }) { throw .negativeID(odd) }
    try check("take vectors out of \(factory)", faiss_shim_set_ids(handle, ids))
    goneCount = self.ids.count { $0 == Self.gone }
  }

  /// The dimension of the vectors.
  package var dimension: Int { Int(faiss_shim_dimension(handle)) }

  /// Whether vectors can be added: at once for Flat and HNSW, after `train` for IVF and PQ.
  package var isTrained: Bool { faiss_shim_is_trained(handle) != 0 }

  /// FAISS's class of the index below the ids, such as `IndexIVFFlat`.
  package var kind: String { String(cString: faiss_shim_kind(handle)) }

  /// How many bytes it has as a file, which is about what it takes in memory.
  /// - Throws: `FaissFailure.library` where FAISS cannot write this kind of index.
  package func storedBytes() throws(FaissFailure) -> Int {
    var bytes: Int64 = 0
    try check("measure \(factory)", faiss_shim_size(handle, &bytes))
    return Int(bytes)
  }

  /// Takes the cells of `other`, where both have as many of one kind and this one is not trained yet; else nothing. They are
  /// what it would learn itself of the vectors that `other` was trained on.
  package func takeCells(of other: FaissIndex) throws(FaissFailure) {
    try check("take the cells of \(other.factory)", faiss_shim_take_cells(handle, other.handle))
  }

  /// Learns cells and codes from `vectors` `[count, dimension]`; does nothing where none are needed.
  ///
  /// - Throws: `FaissFailure.tooFewTrainingVectors`; `.library` where FAISS fails, as with vectors that
  ///   are not finite.
  package func train(_ vectors: Matrix, threads: Int = 1) throws(FaissFailure) {
    precondition(vectors.columns == dimension, "vectors have the dimension of the index")
    guard !isTrained else { return }
    let needed = max(1, Int(faiss_shim_least_training(handle)))
    guard vectors.rows >= needed else {
      throw .tooFewTrainingVectors(factory: factory, needed: needed, given: vectors.rows)
    }
    try check(
      "train \(factory)",
      faiss_shim_train(handle, Int64(vectors.rows), vectors.elements.baseAddress, Int32(clamping: threads))
    )
  }

  /// Adds `vectors` `[count, dimension]` with an id each, 0 or more.
  ///
  /// - Throws: `FaissFailure.notTrained`, `.negativeID`, `.library`.
  package func add(_ vectors: Matrix, ids: [Int64], threads: Int = 1) throws(FaissFailure) {
    precondition(vectors.columns == dimension, "vectors have the dimension of the index")
    precondition(vectors.rows == ids.count, "there is one id a vector")
    guard isTrained else { throw .notTrained(factory: factory) }
    if let negative = ids.first(where: { $0 < 0 }) { throw .negativeID(negative) }
    guard !ids.isEmpty else { return }
    try check(
      "add to \(factory)",
      faiss_shim_add(
        handle,
        Int64(vectors.rows),
        vectors.elements.baseAddress,
        ids,
        Int32(clamping: threads)
      )
    )
  }

  /// Sets a parameter, 1 or more.
  ///
  /// - Throws: `FaissFailure.noSuchParameter` where the index has none of that name.
  package func set(_ parameter: Parameter, to value: Int) throws(FaissFailure) {
    precondition(value >= 1, "parameters of an index are 1 or more")
    if faiss_shim_set(handle, parameter.rawValue, Int32(clamping: value)) != FAISS_SHIM_OK.rawValue {
      throw .noSuchParameter(parameter.rawValue, factory: factory)
    }
  }

  /// Writes the index to `path`.
  ///
  /// - Throws: `FileError`; `FaissFailure.library` where FAISS cannot write this kind of index.
  package func write(to path: String) throws {
    try AtomicFile.replace(path) { try write(toOpenPlace: $0, path) }
  }

  /// Writes to `place` as it is; errors name `path`.
  func write(toOpenPlace place: String, _ path: String) throws {
    let code = faiss_shim_write(handle, place)
    if code == FAISS_SHIM_SYSTEM.rawValue { throw FileError("cannot write", path, code: faiss_shim_errno()) }
    try check("write \(factory)", code)
  }

  func check(_ operation: String, _ code: Int32) throws(FaissFailure) {
    guard code != FAISS_SHIM_OK.rawValue else { return }
    throw .library(operation: operation, text: String(cString: faiss_shim_error()))
  }
}
