import ArgumentParser
import Notebook
import Recipe
import Report

/// `towerbook plan`: shows what a run would do.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show which cells would run and which are in the cache."
  )

  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var places: PlaceArguments

  func run() throws {
    print(
      try PlanTable(plan: try recipe.plan(outputs: places.folders.outputs), options: places.options()).text,
      terminator: ""
    )
  }
}

/// A plan as a table: cells, what they read, whether the cache has them, and what those that run are likely to take.
struct PlanTable {
  let plan: Plan
  let options: RunOptions

  /// The table as text for a terminal, and below it what all of it takes.
  var text: String {
    get throws {
      let keys = try plan.keys()
      let cache = StepCache(folder: Runner.cacheFolder(options)) { _ in }
      let first = options.force ? 0 : options.from.flatMap { plan.position(of: $0) } ?? plan.cells.count
      func runs(_ position: Int) -> Bool { position >= first || !cache.has(keys[position].compute) }
      let forecast = PlanForecast(plan, keys: keys, runs: runs, cache: cache, threads: options.threads)
      let rows: [[Table.Cell]] = plan.cells.indices.map { position in
        let planned = plan.cells[position]
        let reads = planned.edges.map { plan.cells[$0.producer].id }.joined(separator: ", ")
        let cell = forecast.cells[position]
        return [
          .int(position + 1), .text(planned.id), .text(planned.cell.header.step), .text(reads),
          .text(cell.runs ? "runs" : "cached"), .text(PlanWords.seconds(cell)), .text(PlanWords.memory(cell)),
          .text(PlanWords.disk(cell)), .text(String(keys[position].compute.description.prefix(12))),
        ]
      }
      let table = TextTableRenderer.render(
        Table(
          columns: [
            .init("", .trailing), .init("cell"), .init("step"), .init("reads"), .init("state"),
            .init("likely takes", .trailing), .init("memory", .trailing), .init("disk", .trailing),
            .init("key"),
          ],
          rows: rows
        )
      )
      let lines = PlanWords.lines(forecast, plan, cache: cache.folder) + plan.fileSummary
      return table + lines.map { "\($0)\n" }.joined()
    }
  }
}
