import Notebook
import Recipe
import Testing

@testable import Steps

/// What is in a key and what is not, for every setting of every step.
@Suite("Settings and keys")
struct SettingKeyTests {
  /// The cells whose result has another key, by their ids.
  private static func changes(_ base: Plan, _ other: Plan) throws -> Set<String> {
    let (before, after) = (try base.keys(), try other.keys())
    #expect(base.cells.map(\.id) == other.cells.map(\.id))
    return Set(
      base.cells.indices.filter { before[$0].compute != after[$0].compute }.map { base.cells[$0].id }
    )
  }

  /// The cells that read what the cell `id` writes, and those that read what these write, and so on.
  private static func readers(of id: String, in plan: Plan) -> Set<String> {
    var found: Set<Int> = []
    var waiting = [plan.position(of: id)].compactMap { $0 }
    while let position = waiting.popLast() {
      for reader in plan.readers(of: position) where found.insert(reader).inserted { waiting.append(reader) }
    }
    return Set(found.map { plan.cells[$0].id })
  }

  @Test(
    "a setting changes the keys of its cell and of all that read it, of readers alone or of none, as it is declared",
    arguments: DeclaredSetting.all
  )
  func roles(setting: DeclaredSetting) throws {
    let variant = try SettingVariant(setting)
    let readers = Self.readers(of: setting.step, in: variant.base)
    let expected: Set<String> =
      switch setting.spec.role {
      case .compute: readers.union([setting.step])
      case .use: readers
      case .presentation: []
      }
    #expect(try Self.changes(variant.base, variant.changed) == expected)
  }

  @Test("title, prose, comments, notes, expectations, and the place of the recipe are in no key")
  func prose() throws {
    var recipe = try ContractRecipe()
    let base = try recipe.plan().keys()
    recipe.head = "# A comment.\ntitle: Another\ntext: |\n  Prose.\n\n"
    recipe.tail = ["# Another comment.", "text: What it does", "note: What it did"]
    let told = try recipe.plan()
    #expect(told.recipe.text == "Prose.\n" && told.cells.last?.cell.note == "What it did")
    #expect(try told.keys().map(\.compute) == base.map(\.compute))
    #expect(try told.keys().map(\.artifact) == base.map(\.artifact))
    let elsewhere = try ContractRecipe()
    #expect(elsewhere.files.directory != recipe.files.directory)
    #expect(try elsewhere.plan().keys().map(\.artifact) == base.map(\.artifact))
  }

  @Test(
    "each file that a cell reads is in its key by its content",
    arguments: ["clicks.csv", "items.csv", "test.csv"]
  )
  func contents(name: String) throws {
    let recipe = try ContractRecipe()
    let plan = try recipe.plan()
    let before = try plan.keys()
    let text = try String(contentsOfFile: recipe.files.path(name), encoding: .utf8)
    _ = try recipe.files.write(text + text.split(separator: "\n")[1] + "\n", name)
    let after = try plan.keys()
    let changed = Set(
      plan.cells.indices.filter { before[$0].compute != after[$0].compute }.map { plan.cells[$0].id }
    )
    let first = name == "test.csv" ? "split" : "config"
    let doubles: Set = [first, ContractRecipe.double(of: first)]
    #expect(changed == doubles.reduce(doubles) { $0.union(Self.readers(of: $1, in: plan)) })
  }

  @Test("a default that is another cell's setting follows it into the keys")
  func referredDefaults() throws {
    let settings = DeclaredSetting.all.filter { $0.spec.defaultReference != nil && $0.key == $0.spec.name }
    #expect(!settings.isEmpty)
    var recipe = try ContractRecipe()
    for place in recipe.cells.indices where recipe.cells[place].step != "config" {
      recipe.cells[place].settings.replace("seed: 7", with: "")
    }
    let base = try recipe.plan()
    let changed = try Self.changes(base, try recipe.plan(["config.seed=8"]))
    let seeded = Set(settings.map(\.step))
    #expect(changed.isSuperset(of: seeded) && !changed.contains("config"))
  }
}
