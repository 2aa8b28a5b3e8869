import Notebook
import Recipe

/// Tries values of parameters in a recipe: as many at once as have nothing to do with each other.
///
/// So a recipe of many cells with a parameter in each is looked over a few times, and not once for each value. What is found is what
/// trying each value alone finds: whether a cell can run hangs on its settings and on those of the cells that it asks
/// (`Plan.dependents`), values are tried together where nothing that hangs on one hangs on another, and where that, or which value
/// is refused, is not plain from what came of them together, each half is tried apart.
struct ValueTrials {
  /// A value of a parameter, as the recipe is told it.
  struct Value {
    /// The parameter's number.
    var parameter: Int
    var name: String
    /// `train.epochs=5`.
    var override: String
  }

  /// A value that cannot run, and why.
  typealias Refusal = (value: Value, message: String)

  private let plan: Plan
  private let dependents: [[Int]]
  private let overrides: [String]
  private let examine: ([String]) throws -> Plan
  private let checkStop: () throws -> Void

  /// - Parameters:
  ///   - overrides: what `plan` was made with besides the recipe.
  ///   - examine: reads the recipe with other overrides, as far as it can be understood: `Planner.examine`.
  ///   - checkStop: throws `Interrupted` once a stop was asked for.
  init(
    _ plan: Plan,
    overrides: [String],
    examine: @escaping ([String]) throws -> Plan,
    checkStop: @escaping () throws -> Void = { try Cancellation.check() }
  ) {
    self.plan = plan
    dependents = plan.dependents
    self.overrides = overrides
    self.examine = examine
    self.checkStop = checkStop
  }

  /// The numbers of the parameters in groups of which all can be tried at once.
  ///
  /// A cell without an id of its own writes into the run's own folder, where it may be in the way of any other; its parameters are
  /// tried alone.
  func groups(of names: [String]) -> [[Int]] {
    var groups: [(members: [Int], reached: [Bool])] = []
    var alone: [[Int]] = []
    for (number, name) in names.enumerated() {
      guard let cell = cell(of: name), plan.cells[cell].id != plan.cells[cell].cell.header.step else {
        alone.append([number])
        continue
      }
      let reach = reach(of: cell)
      if let group = groups.firstIndex(where: { group in !reach.contains { group.reached[$0] } }) {
        groups[group].members.append(number)
        for cell in reach { groups[group].reached[cell] = true }
      } else {
        var reached = [Bool](repeating: false, count: plan.cells.count)
        for cell in reach { reached[cell] = true }
        groups.append(([number], reached))
      }
    }
    return alone + groups.map(\.members)
  }

  /// Those of the values that cannot run beside what the recipe has, values of a group.
  /// - Throws: `Interrupted`.
  func refused(_ values: [Value]) throws -> [Refusal] {
    if values.isEmpty { return [] }
    try checkStop()
    let (errors, tried) = try errors(with: values)
    if values.count == 1 {
      // What is wrong elsewhere may be right beside other values; a trial that meets it fails by itself.
      let own = errors.first { $0.place?.file == Place.commandLine }
      return own.map { [(values[0], $0.message)] } ?? []
    }
    guard let told = told(of: values, by: errors), areApart(values, in: tried),
      // What only all of them together come to is no fault of any.
      try told.last.map({ try !refused([$0.value]).isEmpty }) ?? true
    else {
      let half = values.count / 2
      return try refused(Array(values[..<half])) + refused(Array(values[half...]))
    }
    if told.isEmpty { return [] }
    let numbers = Set(told.map(\.value.parameter))
    return try told + refused(values.filter { !numbers.contains($0.parameter) })
  }

  /// What is wrong with the recipe with these values in it, and the plan of it; nil where there is none.
  private func errors(with values: [Value]) throws -> (errors: [Diagnostic], tried: Plan?) {
    do {
      let tried = try examine(overrides + values.map(\.override))
      let problems = tried.recipe.problems
      return (problems.hasErrors ? problems.diagnostics.filter { $0.severity == .error } : [], tried)
    } catch let errors as RecipeErrors {
      return (errors.diagnostics.filter { $0.severity == .error }, nil)
    }
  }

  /// The first error of each value, in their order; nil where some error is not plainly a value's own.
  private func told(of values: [Value], by errors: [Diagnostic]) -> [Refusal]? {
    guard errors.count <= Problems.shownLimit else { return nil }
    var messages = [String?](repeating: nil, count: values.count)
    for error in errors {
      guard let place = error.place, place.file == Place.commandLine else { return nil }
      // Each override is a line.
      let number = place.line - 1 - overrides.count
      guard values.indices.contains(number) else { return nil }
      if messages[number] == nil { messages[number] = error.message }
    }
    return zip(values, messages).compactMap { value, message in message.map { (value, $0) } }
  }

  /// Whether nothing hangs on two of the values, nor did before: a value may make a cell ask another.
  private func areApart(_ values: [Value], in tried: Plan?) -> Bool {
    guard let tried, tried.cells.count == plan.cells.count else { return false }
    let now = tried.dependents
    var owners = [Int?](repeating: nil, count: plan.cells.count)
    for value in values {
      guard let cell = cell(of: value.name) else { return false }
      var front = [cell]
      while let next = front.popLast() {
        if owners[next] == value.parameter { continue }
        guard owners[next] == nil else { return false }
        owners[next] = value.parameter
        front += dependents[next] + now[next]
      }
    }
    return true
  }

  private func cell(of name: String) -> Int? { plan.position(of: String(name.prefix { $0 != "." })) }

  /// The cell and all that hang on it, each once.
  private func reach(of cell: Int) -> [Int] {
    var seen: Set = [cell]
    var found = [cell]
    var next = 0
    while next < found.count {
      for reader in dependents[found[next]] where seen.insert(reader).inserted { found.append(reader) }
      next += 1
    }
    return found
  }
}
