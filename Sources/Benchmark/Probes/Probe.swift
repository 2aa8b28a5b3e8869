import Files

/// A measurement that a process of its own makes: its settings, and what comes of it.
protocol Probe: Codable {
  associatedtype Answer: Codable
  /// Itself, as it is handed over.
  var request: ProbeRequest { get }
  /// Measures.
  func answer() throws -> Answer
}

/// A probe as it is handed to the process that answers it.
enum ProbeRequest: Codable {
  case stages(StagesProbe)
  case digests(DigestsProbe)
  case search(SearchProbe)
  case reading(ReadingProbe)
  case log(LogProbe)
  case rows(RowsProbe)
  case addedFile(AddedFileProbe)

  /// What comes of it, as JSON.
  func answer() throws -> String {
    switch self {
    case .stages(let probe): try encoded(probe)
    case .digests(let probe): try encoded(probe)
    case .search(let probe): try encoded(probe)
    case .reading(let probe): try encoded(probe)
    case .log(let probe): try encoded(probe)
    case .rows(let probe): try encoded(probe)
    case .addedFile(let probe): try encoded(probe)
    }
  }

  private func encoded(_ probe: some Probe) throws -> String {
    try CodableJSON.text(probe.answer())
  }
}
