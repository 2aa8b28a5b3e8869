import Clicks
import Tables

/// What the columns of a click log are, besides user, item and time.
struct LogGuess {
  /// What was done, with a weight for each value that stands in the log.
  struct Events {
    var index: Int
    var reason: String
    /// The values, the most frequent first, and what a click of each may count; 0 for what speaks against an item.
    var weights: [(value: String, weight: Double)]
  }

  /// A column and why it was taken for something.
  struct Column {
    var index: Int
    var reason: String
  }

  private(set) var events: Events?
  private(set) var rating: Column?
  /// Whether `rating` holds 1 for what was clicked and 0 for what was shown and not clicked.
  private(set) var isRatingOfClicks = false
  private(set) var weight: Column?
  /// What was shown, with what stands between the items where they are text.
  private(set) var impressions: (index: Int, separator: UInt8?, reason: String)?
  /// Columns of few values that say how or where a click came about.
  private(set) var context: [Int] = []

  /// Looks at the columns that are neither user, item nor time; reads that of events in all rows.
  /// - Throws: `DataError` where it cannot be read.
  init(_ look: TableLook, threads: Int) throws {
    let taken = look.guess.columns.filter { $0.role != .category }.map(\.index)
    let free = look.header.indices.filter { !taken.contains($0) }
    for index in free {
      let sketch = look.sketch(index)
      let words =
        look.hasNames ? Set(look.header[index].lowercased().split { !$0.isLetter }.map(String.init)) : []
      let name = look.hasNames ? look.header[index] : ""
      if events == nil, Self.looksLikeEvents(sketch, words) {
        events = Self.events(try look.profile(index, threads: threads), index)
      } else if !isRatingOfClicks, let reason = Self.clicks(sketch, name, index, look, threads) {
        (rating, isRatingOfClicks) = (Column(index: index, reason: reason), true)
      } else if rating == nil, let reason = Self.rating(sketch, words, index, look) {
        rating = Column(index: index, reason: reason)
      } else if weight == nil, !words.isDisjoint(with: Self.weightWords), Self.isPositive(sketch) {
        weight = Column(index: index, reason: "its name says how much a click counts")
      } else if impressions == nil, let shown = Self.impressions(index, look) {
        impressions = shown
      } else if sketch.kind == .integer || sketch.kind == .text, (2...50).contains(sketch.distinct),
        look.hasNames, words.isDisjoint(with: Self.itemWords), !Self.isOutcome(sketch, name)
      {
        context.append(index)
      }
    }
  }

  // MARK: Events

  private static func looksLikeEvents(_ sketch: ColumnProfile, _ words: Set<String>) -> Bool {
    guard sketch.kind == .text, (1...20).contains(sketch.distinct) else { return false }
    let known = sketch.frequent.count { weight(of: $0.value) != nil }
    return known * 2 > sketch.distinct
      || (known > 0 && !words.isDisjoint(with: ["event", "action", "behavior", "type"]))
  }

  private static func events(_ profile: ColumnProfile, _ index: Int) -> Events? {
    guard profile.distinct <= 20, profile.kind == .text else { return nil }
    // A log of one deed, or of none that counts, has nothing to weigh.
    guard profile.frequent.contains(where: { (weight(of: $0.value) ?? 1) > 0 }) else { return nil }
    return Events(
      index: index,
      reason:
        "it holds \(profile.distinct) different deeds, such as \(quotedBytes((profile.examples.first ?? "").utf8))",
      weights: profile.frequent.map { ($0.value, weight(of: $0.value) ?? 1) }
    )
  }

  /// What a deed of this name may count, a purchase being 1; nil where the name is not known.
  private static func weight(of value: String) -> Double? {
    let name = value.lowercased().filter(\.isLetter)
    return weights.first { $0.names.contains(name) }?.weight
  }

  private static let weights: [(weight: Double, names: Set<String>)] = [
    (1, ["buy", "purchase", "purchased", "transaction", "order", "ordered", "checkout", "sale", "install"]),
    (
      0.6,
      [
        "addtocart", "cart", "addcart", "fav", "favorite", "favourite", "like", "wishlist", "addtowishlist",
        "share", "save",
      ]
    ),
    (0.4, ["click", "clk", "clicked", "comment", "follow", "download"]),
    (0.2, ["view", "pv", "viewed", "pageview", "detail", "play", "watch", "read", "visit", "open"]),
    (0, ["removefromcart", "remove", "dislike", "skip", "impression", "exposure", "hide", "return"]),
  ]

  // MARK: What was shown

  /// Words in names of columns that tell of the item, and not of the request.
  private static let itemWords: Set<String> = [
    "item", "product", "brand", "category", "price", "title", "name", "review", "rating", "tag", "genre",
    "asin", "sku",
  ]

  /// Whether a column holds the items that were shown: several in a row, the one that was clicked among them in half of the
  /// rows.
  private static func impressions(_ index: Int, _ look: TableLook)
    -> (index: Int, separator: UInt8?, reason: String)?
  {
    guard let item = look.guess.column(.item)?.index, item != index else { return nil }
    let isText = look.form.kind == .csv
    for separator in isText ? Array(" ,;|".utf8) : [UInt8(ascii: ",")] {
      var (several, own, filled) = (0, 0, 0)
      for row in look.rows where max(item, index) < row.count && !row[index].isEmpty {
        let shown = row[index].utf8.split(separator: separator).map { part in
          String(Substring(part)).trimming { !isText && " []\"'".contains($0) }
        }
        filled += 1
        several += shown.count > 1 ? 1 : 0
        own += shown.contains(row[item]) ? 1 : 0
      }
      guard filled > 0, 2 * several >= filled, 2 * own >= filled else { continue }
      return (index, isText ? separator : nil, "it holds several items, the one clicked among them")
    }
    return nil
  }

  // MARK: What came of it

  private static let clickWords: Set<String> = [
    "click", "clicks", "clicked", "clk", "isclick", "isclicked", "isclk", "label",
  ]
  /// Words that stand beside these, types of columns among them.
  private static let wordsBesideClick: Set<String> = ["is", "was", "has", "flag", "float", "token", "int"]
  private static let outcomeWords = clickWords.union([
    "like", "likes", "liked", "dislike", "disliked", "love", "hate", "hated", "follow", "followed", "forward",
    "forwarded", "comment", "commented", "share", "shared", "collect", "collected", "fav", "favorite",
    "favourite", "cart", "buy", "bought", "purchase", "purchased", "order", "ordered", "conversion",
    "converted", "subscribe", "subscribed", "download", "install", "skip", "skipped", "finish", "finished",
    "complete", "completed", "view", "viewed", "enter", "nonclk", "noclick",
  ])

  /// Why a column tells rows that were clicked from those that were shown and not clicked; nil where it does not. All rows are
  /// read where the first have one value.
  private static func clicks(
    _ sketch: ColumnProfile,
    _ name: String,
    _ index: Int,
    _ look: TableLook,
    _ threads: Int
  ) -> String? {
    let words = Set(nameWords(name)).subtracting(wordsBesideClick)
    guard !words.isEmpty, words.isSubset(of: clickWords), isOfFlags(sketch) else { return nil }
    var profile = sketch
    if sketch.distinct < 2, let all = try? look.profile(index, threads: threads) { profile = all }
    guard profile.distinct == 2, isOfFlags(profile) else { return nil }
    let word = words == ["label"] ? "label" : "click"
    return "it holds 0 and 1, and its name says \(word): rows of 0 are no clicks"
  }

  /// Whether a column says what followed a click, which nobody knows when it is asked what to show.
  private static func isOutcome(_ profile: ColumnProfile, _ name: String) -> Bool {
    if isNamedLikeDwelling(name) { return true }
    guard !outcomeWords.isDisjoint(with: nameWords(name)) else { return false }
    return isOfFlags(profile)
      || profile.frequent.allSatisfy { ["true", "false"].contains($0.value.lowercased()) }
  }

  /// Whether 0 and 1, or one of them, are all its values.
  private static func isOfFlags(_ profile: ColumnProfile) -> Bool {
    guard profile.kind == .integer || profile.kind == .decimal, profile.distinct <= 2,
      let least = profile.least.flatMap(Double.init), let greatest = profile.greatest.flatMap(Double.init)
    else { return false }
    return (least == 0 || least == 1) && (greatest == 0 || greatest == 1)
  }

  // MARK: Ratings and weights

  private static let weightWords: Set<String> = ["weight", "weights", "plays", "playcount"]

  private static func rating(_ sketch: ColumnProfile, _ words: Set<String>, _ index: Int, _ look: TableLook)
    -> String?
  {
    guard sketch.kind == .integer || sketch.kind == .decimal, sketch.distinct <= 21,
      let greatest = sketch.greatest.flatMap(Double.init), greatest <= 100
    else { return nil }
    if !words.isDisjoint(with: ["rating", "ratings", "score", "stars", "overall", "grade"]) {
      return "its name says rating"
    }
    guard !look.hasNames, let item = look.guess.column(.item), let time = look.guess.column(.time),
      item.index < index, index < time.index, sketch.distinct > 1
    else { return nil }
    return "it stands between item and time, and holds \(sketch.distinct) small numbers"
  }

  private static func isPositive(_ sketch: ColumnProfile) -> Bool {
    (sketch.kind == .integer || sketch.kind == .decimal) && (sketch.least.flatMap(Double.init) ?? -1) >= 0
  }
}

extension String {
  /// Without the letters at both ends for which `isCut` is true.
  fileprivate func trimming(_ isCut: (Character) -> Bool) -> String {
    let start = drop(while: isCut)
    return String(start.prefix(start.count - start.reversed().prefix(while: isCut).count))
  }
}
