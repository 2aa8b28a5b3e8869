import ClickFixtures
import Foundation
import Notebook
import Numerics
import Recall
import Recipe
import Testing

@testable import Steps

/// Names that recipes choose by: what one enumeration lists is what settings, schema and messages know.
@Suite("Choices: the contract of all names")
struct ChoiceContractTests {
  /// The enumerations that name what is added most often, and the settings that choose by them.
  private static let lists: [String: [String]] = [
    "train.loss": Loss.allCases.map(\.rawValue),
    "model.pooling": TwoTowerShape.Pooling.allCases.map(\.rawValue),
    "model.feed_forward": TwoTowerShape.Transformer.FeedForward.allCases.map(\.rawValue),
    "train.validation.metric": RankingMetric.allCases.map(\.rawValue),
    "eval.baselines": Baseline.allCases.map(\.rawValue),
    "train.optimizer": OptimizerName.allCases.map(\.rawValue),
    "model.query_tower": TowerKind.allCases.map(\.rawValue),
    "model.item_tower": TowerKind.allCases.map(\.rawValue),
    "model.similarity": TwoTowerShape.Similarity.allCases.map(\.rawValue),
  ]

  /// The words of a choice, or of a list of such; nil for any other setting.
  private static func words(_ kind: FieldKind) -> [String]? {
    switch kind {
    case .choice(let words): words
    case .list(let item, _): words(item)
    default: nil
    }
  }

  private static let choices = DeclaredSetting.all.filter { words($0.spec.kind) != nil }

  @Test("a setting takes each name of the list that it chooses from, in its order")
  func complete() {
    for (path, names) in Self.lists.sorted(by: { $0.key < $1.key }) {
      let setting = Self.choices.first { $0.path == path }
      #expect(setting.flatMap { Self.words($0.spec.kind) } == names, "\(path)")
    }
  }

  @Test("each name is read as itself, and a misspelt one is an error that lists all", arguments: choices)
  func reading(setting: DeclaredSetting) throws {
    let words = try #require(Self.words(setting.spec.kind))
    let recipe = try ContractRecipe(setting.step == "replay" ? .synthetic : .files)
    #expect(Set(words).count == words.count)
    for word in words {
      do {
        let plan = try recipe.plan(["\(setting.path)=\(word)"])
        let read = plan.cells.first { $0.id == setting.step }?[setting.key]
        #expect(read == .string(word) || read == .list([.string(word)]), "\(word)")
      } catch let errors as RecipeErrors {
        // It may need another setting beside it; as a name it is known.
        #expect(!errors.description.contains("expected \(words.count == 1 ? "'" : "one of")"), "\(errors)")
      }
    }
    let error = #expect(throws: RecipeErrors.self) { try recipe.plan(["\(setting.path)=mispelt"]) }
    let list = "one of \(words.joined(separator: ", "))"
    #expect(error?.description.contains(list) == true, "\(String(describing: error))")
  }

  @Test("the schema lists each name", arguments: choices)
  func schema(setting: DeclaredSetting) throws {
    let text = jsonSchema(steps: StepList.all.map { $0.declaration })
    let schema = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let steps = schema?["$defs"] as? [String: Any]
    var found: Any? = steps?[setting.step]
    for part in setting.key.split(separator: ".") { found = Self.first(String(part), in: found) }
    let names = Self.first("enum", in: found) as? [String]
    #expect(names == Self.words(setting.spec.kind))
  }

  /// The value of the outermost `key` in a JSON value.
  private static func first(_ key: String, in value: Any?) -> Any? {
    var level = [value].compactMap { $0 }
    while !level.isEmpty {
      if let found = level.lazy.compactMap({ ($0 as? [String: Any])?[key] }).first { return found }
      level = level.flatMap { value -> [Any] in
        if let object = value as? [String: Any] { return object.keys.sorted().compactMap { object[$0] } }
        return value as? [Any] ?? []
      }
    }
    return nil
  }
}
