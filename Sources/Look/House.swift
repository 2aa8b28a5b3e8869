import Files
import Notebook

/// What all pages ask: the runs, the studies, the recipes.
final class House: Sendable {
  let settings: LookSettings
  let tools: LookTools
  let catalogue: RunCatalogue
  let recipes: RecipeBook
  let comparisons = ComparisonBook()
  let studies: StudyBook
  /// What a form must bring, so that it is known to come from a page of ours.
  let token: String

  init(_ settings: LookSettings, _ tools: LookTools) {
    self.settings = settings
    self.tools = tools
    catalogue = RunCatalogue(settings.outputs)
    recipes = RecipeBook(settings, tools)
    studies = StudyBook(settings, tools)
    var random = SystemRandomNumberGenerator()
    token = (0..<4).map { _ in String(random.next(), radix: 36) }.joined()
  }

  var store: RunStore { RunStore(settings.outputs) }
}
