import Foundation

/// Where the golden files shared with the reference are, if they are there.
enum SearchGolden {
  /// From the environment, or beside the repository that this file is in.
  static let directory: String? = {
    var candidates: [String] = []
    if let shared = ProcessInfo.processInfo.environment["TOWERBOOK_SHARED"] {
      candidates.append(shared + "/golden")
    }
    var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      candidates.append(folder.path + "/shared/golden")
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/numpy_rng.json") }
  }()
}
