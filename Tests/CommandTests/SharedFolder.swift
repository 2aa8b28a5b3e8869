import Foundation

/// The files that stand beside the repository and are no part of it.
enum SharedFolder {
  /// Its path, as `Tool` finds it.
  static let url = URL(fileURLWithPath: Tool.shared)

  /// Whether the real clicks and their golden values are there.
  static let hasNews = ["golden/news_encode.json", "data/news_recommendation/articles.csv"].allSatisfy {
    FileManager.default.fileExists(atPath: url.appendingPathComponent($0).path)
  }
}
