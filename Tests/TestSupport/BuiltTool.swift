import Foundation

/// The executable that tests run as its users do.
package enum BuiltTool {
  /// The one that `TOWERBOOK` names, as a release build is sooner done, else the one that was built beside the bundle of tests.
  package static let path: String = {
    if let named = ProcessInfo.processInfo.environment["TOWERBOOK"] {
      return URL(fileURLWithPath: named).standardizedFileURL.path
    }
    let bundle = CommandLine.arguments.last { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("towerbook").path
  }()
}
