import Notebook
import Recipe
import Steps
import Testing

/// A setting of a step, as the step itself declares it.
struct DeclaredSetting: Sendable, CustomTestStringConvertible {
  /// The step's name, which is the id of its cell in the recipe.
  var step: String
  /// The dotted path below the cell.
  var key: String
  var spec: FieldSpec

  var path: String { "\(step).\(key)" }
  var testDescription: String { "\(path) (\(spec.role))" }

  /// All settings of all steps; sections that are always there are no settings, what they hold is. A program that reads another
  /// has none to read in a recipe with two alike.
  static let all: [DeclaredSetting] = StepList.all.flatMap { type in
    settings(of: type.name, below: "", type.declaration.fields)
  }.filter { $0.path != "script.script" }

  private static func settings(of step: String, below prefix: String, _ specs: [FieldSpec]) -> [Self] {
    specs.flatMap { spec -> [Self] in
      let own = DeclaredSetting(step: step, key: prefix + spec.name, spec: spec)
      let inner = settings(of: step, below: "\(prefix)\(spec.name).", spec.fields)
      // What stands under names of the user's own has no path.
      if spec.kind == .sectionMap { return [own] }
      return spec.kind == .section && !spec.isOptional ? inner : [own] + inner
    }
  }
}

/// A plan in which one setting has another value than in the recipe, and that of the recipe as it is.
struct SettingVariant {
  var recipe: ContractRecipe
  var base: Plan
  var changed: Plan

  /// The first other value of `setting` that a recipe is planned with, in the step's cell or in its double too.
  init(_ setting: DeclaredSetting, inDouble: Bool = false) throws {
    var refusals: [String] = []
    for clicks in ContractRecipe.Clicks.allCases {
      let recipe = try ContractRecipe(clicks)
      let begins = setting.path.hasPrefix("train.from")
      if begins { try recipe.saveModels() }
      let double = ContractRecipe.double(of: setting.step)
      // A model that learned from the validation clicks is no model to draw samples by.
      let refits = setting.path == "split.refit" ? ["recall.samples=null", "other_recall.samples=null"] : []
      // Nor can other formats than ours say what recent clicks count.
      let counts =
        setting.path == "save.formats"
        ? ["model", ContractRecipe.double(of: "model")].map { "\($0).trend_hours=[]" } : []
      let given = (begins ? ["train", double].map { "\($0).from.model=model" } : []) + refits + counts
      let base = try recipe.plan(given)
      guard let cell = base.cells.first(where: { $0.id == setting.step }) else { continue }
      guard let value = cell[setting.key] else { continue }
      let hasDouble = inDouble && base.position(of: double) != nil
      let overrides = [setting.path] + (hasDouble ? ["\(double).\(setting.key)"] : [])
      for other in OtherValues.of(setting, now: value) {
        do {
          let changed = try recipe.plan(given + overrides.map { "\($0)=\(other)" })
          guard changed.cells.first(where: { $0.id == setting.step })?[setting.key] != value else { continue }
          (self.recipe, self.base, self.changed) = (recipe, base, changed)
          return
        } catch {
          refusals.append("\(other): \(error)")
        }
      }
    }
    throw NoOtherValue(description: "\(setting.path): \(refusals.joined(separator: "\n"))")
  }

  /// No other valid value is known: give one in `OtherValues.known`.
  struct NoOtherValue: Error, CustomStringConvertible { var description: String }
}

/// Other values that a setting may take.
enum OtherValues {
  /// What a declaration does not tell: names of files, of columns, and what depends on other settings.
  private static let known: [String: [String]] = [
    "config.data.path": ["copy"], "config.data.clicks": ["clicks2.csv"], "config.data.items": ["items2.csv"],
    "config.data.delimiter": ["';'"], "config.data.items_delimiter": ["';'"],
    "config.events": ["{ '0': 1, '1': 3 }"], "config.impressions.separator": ["';'"],
    "split.targets": ["['1']"], "encode.targets": ["['1']"], "split.test_file": ["test2.csv"],
    "split.filter.column": ["item"], "split.export": ["split.parquet"], "index.type": ["Flat"],
    "config.data.users": ["users2.csv"], "config.data.users_delimiter": ["';'"],
    "config.data.vectors": ["vectors2.npy"], "config.data.vector_ids": ["ids2.txt"],
    "config.data.comment": ["'#'"], "config.data.items_comment": ["'#'"],
    "config.data.users_comment": ["'#'"],
    "config.item_columns.separator": ["';'"], "config.user_columns.separator": ["';'"],
    "config.item_columns.flags": ["{x: {columns: [2]}}"],
    "config.item_columns.multi": ["[2]"], "config.user_columns.numbers": ["[3, 2]"],
    "config.user_columns.categories": ["[2, 1]"], "config.user_columns.multi": ["[1, 2]"],
    "script.command": ["[sh, own.sh, more]"], "script.files": ["own.sh"], "script.memory": ["4000"],
    "script.arguments": ["{x: 1}"], "script.reads": ["[split, index, eval, recall]"],
    "script.metrics": ["[b]"],
    "compare.cells": ["[eval, other_eval]"], "compare.headline_k": ["10"],
    "recall.samples.file": ["samples.csv"], "recall.samples.items": ["[category]", "[]"],
    "recall.samples.users": ["[]"],
    "model.trend_weights": ["[0.5]"], "model.trend_hours": ["[2]", "[1, 2]"],
    "train.from.model": ["model2"], "eval.newest.column": ["'7'"], "recall.newest.column": ["'7'"],
  ]

  /// The same of what says which items are candidates, in every step that is told.
  private static let candidates: [String: [String]] = [
    "candidates.where": ["category in [1, 2, 3]"], "candidates.allow": ["ids2.csv"],
    "candidates.block": ["few.csv"], "candidates.column": ["other"],
  ]

  /// Values other than `value`, as YAML, those first that say most.
  static func of(_ setting: DeclaredSetting, now value: Setting) -> [String] {
    if let known = known[setting.path] ?? candidates[setting.key] { return known }
    let isInput = setting.spec.kind == .string && StepList.all.contains { $0.writes == setting.spec.name }
    if isInput, setting.spec.role == .presentation { return [ContractRecipe.double(of: setting.spec.name)] }
    if setting.spec.kind == .section { return [value == .null ? "{}" : "null"] }
    return of(setting.spec.kind, now: value) + (setting.spec.isOptional ? ["null"] : [])
  }

  private static func of(_ kind: FieldKind, now value: Setting) -> [String] {
    switch kind {
    case .integer(let range):
      let now = value.int ?? 0
      let near = [now + 1, now - 1, range?.lowerBound, range?.upperBound].compactMap { $0 }
      return near.filter { range?.contains($0) ?? true }.map(String.init)
    case .number(let range):
      let now = value.real ?? 0
      return [now * 0.75, now * 1.25, now + 0.25, now - 0.25].filter(range.contains).map { "\($0)" }
    case .integerOrSource(let range): return of(.integer(range), now: value)
    case .exactNumber, .numberOrText: return [1, 2].map { "\((value.int ?? 0) + $0)" }
    case .boolean: return ["true", "false"]
    case .switchOrWord(let names): return ["true", "false"] + names
    case .string, .path: return [(value.string ?? "any") + "2"].map { "\"\($0)\"" }
    case .choice(let names): return names
    case .column: return (1...5).map(String.init)
    case .list(let item, _): return lists(of: item, now: value.items)
    case .section, .scalarMap, .sectionMap, .anyValue: return []
    }
  }

  /// The list without its last, and with that changed.
  private static func lists(of item: FieldKind, now items: [Setting]) -> [String] {
    let kept = items.dropLast().map { Setting.list([$0]).yaml().dropLast(2).dropFirst() }
    let last = items.last ?? .null
    let ends = [""] + of(item, now: last)
    return ends.map { "[\((kept + [Substring($0)]).filter { !$0.isEmpty }.joined(separator: ", "))]" }
  }
}
