import Foundation

/// `../shared` beside the repository: golden values and the real clicks.
package enum SharedFiles {
  package static let directory: URL? = {
    if let path = ProcessInfo.processInfo.environment["TOWERBOOK_SHARED"] {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    var place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while place.path != "/" {
      let shared = place.appending(path: "shared")
      if FileManager.default.fileExists(atPath: shared.appending(path: "golden").path) { return shared }
      place.deleteLastPathComponent()
    }
    return nil
  }()

  package static func has(_ path: String) -> Bool {
    guard let directory else { return false }
    return FileManager.default.fileExists(atPath: directory.appending(path: path).path)
  }

  package static func path(_ path: String) throws -> String {
    guard let directory else { throw CocoaError(.fileNoSuchFile) }
    return directory.appending(path: path).path
  }

  package static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.path(path)))
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return object
  }

  /// The numbers of an `.npy` file of 64-bit integers.
  package static func int64(_ path: String) throws -> [Int64] {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.path(path)))
    let start = 10 + Int(data[8]) + Int(data[9]) << 8
    return data[start...].withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
    }
  }
}
