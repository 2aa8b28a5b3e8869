import Files

/// Why FAISS cannot do what was asked. Files are another matter: see `FileError`, `FormatFailure`.
package enum FaissFailure: Error, Equatable, CustomStringConvertible {
  /// The factory string is not one that this room offers, or not for this dimension.
  case factory(String, problem: String)
  /// There are fewer training vectors than the index has cells or codes.
  case tooFewTrainingVectors(factory: String, needed: Int, given: Int)
  /// Vectors were added before the index was trained.
  case notTrained(factory: String)
  /// The index has no such parameter.
  case noSuchParameter(String, factory: String)
  /// An id below 0, which in FAISS stands for no item.
  case negativeID(Int64)
  /// FAISS itself failed.
  case library(operation: String, text: String)

  /// What is wrong and what to do.
  package var description: String {
    switch self {
    case .factory(let factory, let problem):
      "cannot make an index '\(factory)': \(problem)"
    case .tooFewTrainingVectors(let factory, let needed, let given):
      "\(factory) needs at least \(Self.grouped(needed)) training vectors, there are "
        + "\(Self.grouped(given)); give it fewer cells or codes, or use Flat"
    case .notTrained(let factory):
      "\(factory) must be trained before vectors are added or searched"
    case .noSuchParameter(let parameter, let factory):
      "\(factory) has no \(parameter): nprobe is for IVF indexes, efSearch and efConstruction for HNSW"
    case .negativeID(let id):
      "expected ids of 0 or more in a FAISS index, one is \(id)"
    case .library(let operation, let text):
      "FAISS could not \(operation): \(text)"
    }
  }

  /// `4096` as `4,096`.
  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
