import Clicks
import Tables

/// What the columns of an item or a user table can be for, besides the ids.
struct FeatureGuess {
  /// A column and why it was taken for something.
  struct Column: Equatable {
    var profile: ColumnProfile
    var reason: String
  }

  /// What things are called.
  private(set) var title: Column?
  /// What kind of thing it is: the one that its name tells.
  private(set) var category: Column?
  /// Further columns of few values.
  private(set) var categories: [Column] = []
  /// Columns of 0 and 1.
  private(set) var flags: [Column] = []
  private(set) var numbers: [Column] = []
  /// Columns with several values in a row: lists, or texts with a separator.
  private(set) var tags: [Column] = []
  /// Those of `tags` that have the same separator as the first that has one, or are lists.
  var multi: [Column] {
    let separator = tags.lazy.compactMap(\.profile.parts?.separator).first
    return tags.filter { $0.profile.parts == nil || $0.profile.parts?.separator == separator }
  }
  /// Texts of several words.
  private(set) var texts: [Column] = []
  /// When a thing was made.
  private(set) var times: [Column] = []
  /// As many numbers in each row.
  private(set) var vectors: [Column] = []

  private let hasTitle: Bool

  /// - Parameters:
  ///   - id: the place of the ids, which is left out.
  ///   - category: the place of the column that is called as a category, or nil.
  ///   - hasNames: whether columns are called something; else their values alone tell.
  ///   - hasTitle: whether rows are of things that are called something.
  init(_ survey: TableSurvey, id: Int, category: Int?, hasNames: Bool, hasTitle: Bool) {
    self.hasTitle = hasTitle
    for (place, profile) in survey.columns.enumerated() where place != id && profile.distinct > 1 {
      let words = hasNames ? Set(profile.name.lowercased().split { !$0.isLetter }.map(String.init)) : []
      take(profile, words, survey.rows, isCategory: place == category)
    }
  }

  private mutating func take(_ profile: ColumnProfile, _ words: Set<String>, _ rows: Int, isCategory: Bool) {
    let count = profile.distinct
    switch profile.kind {
    case .unreadable: return
    case .vector: vectors.append(Column(profile: profile, reason: "\(profile.width) numbers in each row"))
    case .time: times.append(Column(profile: profile, reason: "its values are times"))
    case .list: tags.append(Column(profile: profile, reason: "it holds lists"))
    case .decimal: numbers.append(Column(profile: profile, reason: "it holds decimal numbers"))
    case .integer where isCategory && 2 * count <= rows:
      category = Column(profile: profile, reason: "its name says category")
    case .integer where (profile.least, profile.greatest) == ("0", "1"):
      flags.append(Column(profile: profile, reason: "it holds 0 and 1"))
    case .integer where words.contains(where: { Self.codeWords.contains($0) }) && 2 * count <= rows:
      categories.append(Column(profile: profile, reason: "\(count) different codes"))
    case .integer where words.contains("id") || words.contains("zip"): return
    case .integer: numbers.append(Column(profile: profile, reason: "it holds numbers"))
    case .text: takeText(profile, words, rows, isCategory: isCategory)
    }
  }

  private mutating func takeText(
    _ profile: ColumnProfile,
    _ words: Set<String>,
    _ rows: Int,
    isCategory: Bool
  ) {
    let count = profile.distinct
    guard !profile.examples.contains(where: { $0.hasPrefix("http:") || $0.hasPrefix("https:") }),
      !profile.examples.allSatisfy({ Moment($0) != nil })
    else { return }
    let isTitle = hasTitle && words.contains { Self.titleWords.contains($0) }
    if !isTitle, words.isSuperset(of: ["token", "seq"]) {
      // RecBole says so in names of columns.
      var profile = profile
      profile.parts = .words(distinct: count)
      tags.append(Column(profile: profile, reason: "its name says a sequence of tokens"))
    } else if let parts = profile.parts, !isTitle, 2 * parts.distinct <= rows || parts.distinct <= 20 {
      let mark = String(UnicodeScalar(parts.separator))
      tags.append(
        Column(profile: profile, reason: "\(parts.distinct) different values with '\(mark)' between them")
      )
    } else if isCategory, 2 * count <= rows, category == nil {
      category = Column(profile: profile, reason: "its name says category")
    } else if isTitle, title == nil {
      title = Column(profile: profile, reason: "its name says title")
    } else if words.contains(where: { Self.textWords.contains($0) }) {
      texts.append(Column(profile: profile, reason: "its name says text"))
    } else if count <= max(50, rows / 20), 2 * count <= rows, !profile.isProse {
      categories.append(Column(profile: profile, reason: "\(count) different values"))
    } else if hasTitle, title == nil, words.isEmpty, 5 * count >= 4 * (rows - profile.empty) {
      title = Column(profile: profile, reason: "the first text, and almost every row has its own")
    } else if profile.isProse {
      texts.append(Column(profile: profile, reason: "it holds texts of several words"))
    }
  }

  private static let titleWords: Set<String> = ["title", "name", "headline", "label"]
  private static let textWords: Set<String> = [
    "text", "description", "abstract", "summary", "body", "plot", "overview", "content", "desc",
  ]
  private static let codeWords: Set<String> = [
    "category", "cat", "type", "brand", "code", "group", "class", "department", "color", "colour", "section",
    "gender", "sex", "country", "region", "city", "language", "lang", "publisher", "author", "genre", "topic",
    "seller", "shop", "store", "vendor", "manufacturer", "occupation",
  ]
}
