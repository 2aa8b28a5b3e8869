import Files
import Notebook
import Recipe
import Report

/// Which recipe is measured, on which data.
struct RecipeChoice {
  let recipe: PreparedRecipe
  let plan: Plan
  /// Remarks, as sentences.
  private(set) var remarks: [String] = []

  /// The notebook's recipe.
  static let standard = "recipes/news_two_tower.yaml"
  private static let (rawData, processedData) = ("FUNREC_RAW_DATA_PATH", "FUNREC_PROCESSED_DATA_PATH")
  /// The sizes of the notebook's data, for made-up clicks in its place.
  private static let (users, items, clicks) = (200_000, 364_047, 1_112_623)

  /// Finds the recipe; where the notebook's data is not there, makes clicks up in its place.
  /// - Throws: `RecipeErrors` where the recipe that was asked for cannot be run.
  init(_ options: BenchmarkOptions, workspace: Workspace, tool: Tool) throws {
    guard let path = options.recipe ?? Self.standardPath(beside: options.executable) else {
      throw RecipeErrors(
        "there is no '\(Self.standard)' here; run this in a clone, or name one with --recipe"
      )
    }
    var recipe = PreparedRecipe(path: path)
    if let data = options.data { recipe.environment[Self.rawData] = FilePaths.absolute(data) }
    do {
      plan = try recipe.plan()
    } catch let errors as RecipeErrors {
      guard options.recipe == nil, options.data == nil else { throw errors }
      recipe.environment[Self.rawData] = try Self.makeData(workspace, tool)
      plan = try recipe.plan()
      remarks.append(
        "The notebook's data is not here (set \(Self.rawData) or --data): \(NumberFormat.grouped(Self.clicks)) clicks were made up in "
          + "its place, and what the recipe expects of the data is not met."
      )
    }
    // No run may write into the user's own folder of results.
    if plan.recipe.environmentValue(Self.processedData) != nil {
      recipe.environment[Self.processedData] = FilePaths.join(workspace.folder, "processed")
    }
    self.recipe = recipe
  }

  /// The notebook's recipe in the working folder, or in the clone in which the tool was built.
  private static func standardPath(beside executable: String) -> String? {
    if FilePaths.exists(standard) { return standard }
    var folder = FilePaths.parent(of: executable)
    while folder != "/" && folder != "." {
      let path = FilePaths.join(folder, standard)
      if FilePaths.exists(path) { return path }
      folder = FilePaths.parent(of: folder)
    }
    return nil
  }

  private static func makeData(_ workspace: Workspace, _ tool: Tool) throws -> String {
    let folder = workspace.fresh("data")
    let probe = LogProbe(folder: folder, clicks: clicks, users: users, items: items, threads: tool.threads)
    _ = try tool.ask(probe, environment: ProcessEnvironment.variables)
    return folder
  }
}
