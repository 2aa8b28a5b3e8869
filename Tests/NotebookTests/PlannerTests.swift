import Notebook
import Recipe
import Testing

@Suite("Planning a recipe")
struct PlannerTests {
  private func problems(_ yaml: String, overrides: [String] = []) throws -> [String] {
    let bench = try Workbench()
    let errors = try #require(throws: RecipeErrors.self) { try bench.plan(yaml, overrides: overrides) }
    return errors.diagnostics.map { diagnostic in
      let place = diagnostic.place.map { "\($0.line):\($0.column): " } ?? ""
      return place + diagnostic.message
    }
  }

  @Test("an input that nothing above writes is an error at the cell")
  func missingInput() throws {
    let found = try problems("sum:\n  label: x\n")
    #expect(found == ["1:1: 'sum' reads what 'numbers' writes; put 'numbers:' above it"])
  }

  @Test("a metric that a step has come to give makes its cell run again, and what reads it")
  func newMetric() throws {
    let plan = try Workbench().plan("numbers:\nsum:\n")
    let before = try plan.keys()
    var cells = plan.cells
    var step = try #require(cells[0].step as? NumbersStep)
    step.metrics.append("largest")
    cells[0].step = step
    let after = try Plan(recipe: plan.recipe, cells: cells).keys()
    #expect(before[0].compute != after[0].compute && before[1].compute != after[1].compute)
  }

  @Test("naming a cell that does not stand above lists those that do")
  func unknownCell() throws {
    let found = try problems("numbers:\nnumbers as more:\nsum:\n  numbers: les\n")
    #expect(
      found == [
        "4:3: no numbers cell named 'les' stands above; the cells above that write one: 'numbers', 'more'"
      ]
    )
  }

  @Test("an expectation about a metric that no step gives is an error with a suggestion")
  func unknownMetric() throws {
    let found = try problems("numbers:\nsum:\n  expect:\n    totl: 10\n")
    #expect(found == ["4:11: no step gives the metric 'totl'; did you mean 'total'?"])
  }

  @Test("a quote of something that does not exist is an error")
  func unknownQuote() throws {
    let found = try problems("numbers:\n  note: '{{ numbers.cuont }}'\n")
    #expect(
      found == ["2:13: '{{ numbers.cuont }}' names no metric and no setting; did you mean 'numbers.count'?"]
    )
  }

  @Test(
    "a quote of a table says which cell, and how a number is shown is one of two ways",
    arguments: [
      (
        "{{ table counts }}",
        "'{{ table counts }}' names no table of a cell: expected '{{ table CELL.NAME }}', CELL one of numbers"
      ),
      (
        "{{ plot sums.counts }}",
        "'{{ plot sums.counts }}' names no plot of a cell: expected '{{ plot CELL.NAME }}', CELL one of numbers"
      ),
      (
        "{{ numbers.count | percnt }}",
        "'{{ numbers.count | percnt }}': expected 'percent' or a number of digits, 0 to 15, got 'percnt'"
      ),
    ]
  )
  func quoteForms(quote: String, message: String) throws {
    #expect(try problems("numbers:\n  note: '\(quote)'\n") == ["2:13: \(message)"])
  }

  @Test("all problems are reported at once, by place")
  func allAtOnce() throws {
    let found = try problems("numbers:\n  cuont: 3\n  scale: 0\nsum:\n  expect: { totl: 1 }\n")
    #expect(found.count == 3)
    #expect(found.first?.hasPrefix("2:3: unknown key 'cuont' in 'numbers'") == true)
    #expect(found.last?.hasPrefix("5:19: no step gives") == true)
  }

  @Test("the nearest cell above is read, unless another is named")
  func nearestAbove() throws {
    let bench = try Workbench()
    let nearest = try bench.run("numbers:\n  count: 2\nnumbers as more:\n  count: 3\nsum:\n")
    #expect(nearest.metrics.last?.value == 6)
    let named = try bench.run(
      "numbers:\n  count: 2\nnumbers as more:\n  count: 3\nsum:\n  numbers: numbers\n"
    )
    #expect(named.metrics.last?.value == 3)
  }
}
