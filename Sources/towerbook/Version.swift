/// The version of the tool.
enum Version {
  /// Major, minor, patch.
  static let current = "0.1.0"
}
