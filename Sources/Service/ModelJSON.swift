import Files
import Recall

/// What is known of a model and its items, as JSON.
enum ModelJSON {
  /// `[{"id", "title"?, "clicks"?, "popularity"?}]`.
  static func items(_ items: [ItemEntry]) -> JSONValue {
    .array(
      items.map { item in
        var members: [(key: String, value: JSONValue)] = [("id", .string(item.id))]
        if let title = item.title { members.append(("title", .string(title))) }
        if let clicks = item.clicks { members.append(("clicks", .int(Int(clicks)))) }
        if let popularity = item.popularity { members.append(("popularity", .int(popularity))) }
        return .object(members)
      }
    )
  }

  /// All that `GET /model` says.
  static func description(_ model: ModelDescription) -> JSONValue {
    let facts = model.facts
    return .object([
      ("model", .string(facts.digest)), ("version", .int(model.version)), ("items", .int(facts.items)),
      ("users", .int(facts.users)), ("dimension", .int(facts.dimension)),
      ("interests", .int(facts.interests)),
      ("parameters", .int(model.parameters)),
      ("index", index(model)), ("towers", towers(model)), ("inputs", inputs(model)),
      (
        "clock",
        .object([
          ("first", .int(Int(model.firstClick))), ("last", .int(Int(model.lastClick))),
          ("ticks_per_second", .int(Int(facts.unit.ticksPerSecond))),
        ])
      ),
      ("popularity", model.popularity.map(JSONValue.string) ?? .null), ("titles", .bool(model.hasTitles)),
      ("example_users", strings(model.exampleUsers)),
      ("metrics", .sorted(facts.metrics.mapValues { $0.map(JSONValue.real) ?? .null })),
      ("files", .array(model.files.map(file))),
      ("recipe", model.recipe.map(JSONValue.string) ?? .null),
    ])
  }

  private static func index(_ model: ModelDescription) -> JSONValue {
    .object([
      ("factory", .string(model.facts.index)), ("is_exact", .bool(model.facts.index == "Flat")),
      ("nprobe", .int(model.nprobe)), ("ef_search", .int(model.efSearch)),
      ("is_narrowed", .bool(model.isNarrowed)),
    ])
  }

  private static func towers(_ model: ModelDescription) -> JSONValue {
    .object([
      ("query", .string(model.queryTower)), ("item", .string(model.itemTower)),
      ("pooling", .string(model.pooling)), ("similarity", .string(model.similarity)),
      ("clicks_read", .int(model.clicksRead)),
    ])
  }

  private static func inputs(_ model: ModelDescription) -> JSONValue {
    .object([
      ("histories", .bool(model.facts.hasHistories)), ("user_id", .bool(model.usesUserID)),
      ("user_features", strings(model.userFeatures)), ("item_features", strings(model.itemFeatures)),
      ("time", .bool(model.facts.takesTime)),
      (
        "context",
        .array(
          model.contexts.map { context in
            .object([
              ("name", .string(context.name)), ("values", strings(context.values)),
              ("count", .int(context.count)),
            ])
          }
        )
      ),
    ])
  }

  private static func file(_ file: ModelDescription.File) -> JSONValue {
    .object([
      ("name", .string(file.name)), ("bytes", .int(file.bytes)),
      ("holds", file.holds.map(JSONValue.string) ?? .null),
    ])
  }

  private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
