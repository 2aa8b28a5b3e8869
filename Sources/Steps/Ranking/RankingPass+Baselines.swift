import Clicks
import Tables
import Notebook
import Recall

extension RankingPass {
  /// Baselines that rank the same items for the same requests as the model.
  /// - Throws: `DataError` where one needs times and there are none.
  func baselines(
    _ baselines: [Baseline],
    _ options: BaselineOptions,
    _ split: SplitData,
    _ context: RunContext
  ) throws -> BaselineRankers {
    let ids = Vocabulary(keysOf: ranker.index.ids)
    var options = options
    if encoded.clicks.kind == .others { options.itemCF = options.itemCF.withoutOrder }
    return try BaselineRankers(
      baselines,
      options,
      split,
      ticksPerSecond: encoded.clock.ticksPerSecond,
      at: encoded.requestMoment,
      moments: encoded.requestMoments,
      rules: ranker.rules,
      births: baselines.contains(.newest) ? try births(options.newestColumn, context) : nil,
      among: ranker.rules.items?.possible ?? ids,
      threads: context.threads,
      checkpoint: { try context.checkCancellation() }
    )
  }

  /// All items of the item table and from when on they exist, by the column called `name`, or else by that of their
  /// availability, or by one that is called ``BaselineSettings/birthColumn``.
  func births(_ name: String?, _ context: RunContext) throws -> (items: [Int64], times: ItemTimes) {
    let data: ConfigArtifact = try context.read(config)
    let table = data.items
    let usual = table.availableFrom ?? table.numbers.first { $0.name == BaselineSettings.birthColumn }
    let column = try name.map { name in
      try (table.numbers + table.timeColumns).first { $0.name == name }
        ?? LogColumn(name: name, values: .reals(table.numbers(name)))
    }
    guard let column = column ?? usual else {
      throw DataError(
        "newest ranks items by their age; set item_columns.available_from in 'config', or newest.column"
      )
    }
    return (table.items, try ItemTimes(column, in: data.log.timeUnit))
  }
}
