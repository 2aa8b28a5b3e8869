import Foundation

/// The executable that tests run as its users do.
package enum BuiltTool {
  /// The one that was built beside the bundle of tests.
  package static let path: String = {
    let bundle = CommandLine.arguments.last { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("towerbook").path
  }()

  /// What is tried to be broken: the one that `TOWERBOOK` names, as a release build is sooner done, else the same.
  package static let target: String = {
    let named = ProcessInfo.processInfo.environment["TOWERBOOK"]
    return named.map { URL(fileURLWithPath: $0).standardizedFileURL.path } ?? path
  }()
}
