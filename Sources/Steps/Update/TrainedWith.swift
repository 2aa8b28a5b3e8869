import Clicks
import Numerics
import Recall
import Recipe

/// What the recipe of a saved model says of how it was made, for who goes on with it.
struct TrainedWith {
  /// How weights were moved.
  let options: TrainerOptions
  /// What was made of the times of clicks.
  let sampleRules: SampleRules
  /// How its log was read, and which of its rows were clicks.
  let log: LogForm
  /// Which clicks that come again were left out.
  let rules: FoldedRows.Rules
  /// How its item table was read.
  let items: ItemForm
  /// Whether samples hung on what a click counts, or on its event, which histories do not hold.
  let hasWeights: Bool
  /// How many clicks before the target a sample had at least.
  let minHistory: Int
  /// Whether targets that a sample shows already gave none.
  let dropsRepeatedTargets: Bool
  /// Whether the model learned from all clicks of its histories; else some may have been held out for validation.
  let learnsHistories: Bool
  /// HNSW: how many candidates an insertion keeps.
  let efConstruction: Int

  /// Reads the recipe; nil where the model says nothing of it, or not how it was trained.
  init?(_ saved: SavedModel) {
    let declarations = StepList.all.map { $0.declaration }
    guard let text = saved.recipe,
      let document = try? RecipeLoader(environment: [:]).load(
        text: text,
        name: "recipe.yaml",
        directory: "/",
        steps: declarations
      ), let train = document.cells.last(where: { $0.header.step == TrainStep.name })
    else { return nil }
    // The recipe holds what results hang on and nothing else: what is missed of the rest is no matter here.
    var fields = document.fields(for: train)
    let step = TrainStep(&fields)
    (options, sampleRules) = (step.options, step.rules)
    items = Self.items(document)
    log = Self.log(document)
    rules = Self.rules(document, log)
    var (least, drops, targets) = (1, false, [String]())
    if let encode = document.cells.last(where: { $0.header.step == EncodeStep.name }) {
      var fields = document.fields(for: encode)
      least = fields.int("min_history", default: 1, in: 0...100_000, "")
      drops = fields.bool("drop_repeated_targets", default: false, "")
      targets = fields.strings("targets", default: [], count: 0...1000, "")
    }
    (minHistory, dropsRepeatedTargets) = (least, drops)
    hasWeights =
      log.worth.weight != nil || !targets.isEmpty
      || Set((log.worth.eventWeights ?? []).map(\.weight)).count > 1
    var learnsAll = false
    if let split = document.cells.last(where: { $0.header.step == SplitStep.name }) {
      var fields = document.fields(for: split)
      let validation = fields.string("validation", default: "none", "")
      let refits = fields.bool("refit", default: false, "")
      learnsAll = validation == "none" || refits
    }
    learnsHistories = learnsAll
    var built = 40
    if let index = document.cells.last(where: { $0.header.step == IndexStep.name }) {
      var fields = document.fields(for: index)
      built = fields.int("ef_construction", default: 40, in: 1...1_000_000, "")
    }
    efConstruction = built
  }

  /// How `config` read the log, and what `split` kept of it.
  private static func log(_ document: RecipeDocument) -> LogForm {
    var form = LogForm()
    if let config = document.cells.first(where: { $0.header.step == ConfigStep.name }) {
      var fields = document.fields(for: config)
      let place = fields.section("data", "") { DataPlace(&$0) }
      let columns = fields.section("columns", "") { LogColumns(&$0, names: place.format.kind.columnNames) }
      (form.user, form.item) = (columns.user.selector, columns.item.selector)
      form.time = columns.time?.selector
      form.worth = WorthSettings.read(&fields, columns.worth)
      (form.format, form.dropsIncompleteRows) = (place.format, place.dropsIncompleteRows)
      form.idsAreNumbers = place.identifiers == .integer
    }
    if let split = document.cells.last(where: { $0.header.step == SplitStep.name }) {
      var fields = document.fields(for: split)
      form.filters = fields.optionalSection("filter", "", FilterSettings.read) ?? []
    }
    return form
  }

  /// How `config` read the item table.
  private static func items(_ document: RecipeDocument) -> ItemForm {
    var form = ItemForm()
    guard let config = document.cells.first(where: { $0.header.step == ConfigStep.name }) else { return form }
    var fields = document.fields(for: config)
    let place = fields.section("data", "") { DataPlace(&$0) }
    (form.format, form.idsAreNumbers) = (place.itemsFormat, place.identifiers == .integer)
    fields.section("item_columns", "") { fields in
      form.id = fields.optionalColumnName("item", "")?.selector
      form.title = fields.optionalColumnName("title", "")?.selector
      form.category = fields.optionalColumnName("category", "")?.selector
      let lists = ItemListColumns(&fields)
      form.separator = lists.separator ?? form.separator
      form.flags = lists.flags.flatMap(\.columns).map(\.selector)
      form.vectors = lists.vectors?.selector
    }
    return form
  }

  /// What the recipe made of clicks that come again.
  private static func rules(_ document: RecipeDocument, _ log: LogForm) -> FoldedRows.Rules {
    var rules = FoldedRows.Rules()
    // Where one event alone is kept, all clicks are of it.
    rules.hasEvents = log.worth.event != nil && log.worth.eventWeights?.count != 1
    if let split = document.cells.last(where: { $0.header.step == SplitStep.name }) {
      var fields = document.fields(for: split)
      rules.deduplication = fields.choice("deduplicate", default: Deduplication.none, "")
    }
    if let encode = document.cells.last(where: { $0.header.step == EncodeStep.name }) {
      var fields = document.fields(for: encode)
      let history = fields.optionalChoice("history", HistoryKind.self, "")
      rules.areSets = (history ?? (hasOrder(document) ? .before : .others)) == .others
    }
    return rules
  }

  /// Whether the clicks of a user have an order where `encode` does not say it.
  private static func hasOrder(_ document: RecipeDocument) -> Bool {
    guard let config = document.cells.first(where: { $0.header.step == ConfigStep.name }) else { return true }
    var fields = document.fields(for: config)
    return ConfigOutline(source: DataSource(&fields), exportFolder: nil).hasOrder
  }
}
