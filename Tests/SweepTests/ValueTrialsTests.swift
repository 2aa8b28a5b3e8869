import Memory
import Notebook
import Recipe
import Steps
import TestSupport
import Testing

@testable import Sweep

/// Values are tried together; what is found must be what each alone comes to.
@Suite("Values of parameters that are tried together")
struct ValueTrialsTests {
  /// A recipe, and how often it was looked over with other values in it.
  private final class Bench {
    private let planner = Planner(steps: StepList.all)
    private let text: String
    private let overrides: [String]
    var examined = 0

    init(_ text: String, overrides: [String] = []) { (self.text, self.overrides) = (text, overrides) }

    func examine(_ overrides: [String]) throws -> Plan {
      examined += 1
      let loader = RecipeLoader(environment: [:], overrides: overrides)
      return planner.examine(
        try loader.load(text: text, name: "s.yaml", directory: "/", steps: planner.declarations)
      )
    }

    /// What is said of values that cannot run.
    func found() throws -> [String] {
      let plan = try planner.checked(examine(overrides))
      do { _ = try StudyDefinition.read(plan, overrides: overrides, examine: examine) } catch let errors
        as RecipeErrors
      {
        return errors.diagnostics.map { "\($0.place?.shown ?? "") \($0.message)" }
      }
      return []
    }

    /// The same, by trying each value alone.
    func foundOneByOne(_ parameters: [(name: String, values: [String])]) throws -> [String] {
      try parameters.compactMap { parameter in
        for value in parameter.values {
          let text = "\(parameter.name)=\(value)"
          var errors: [Diagnostic] = []
          do { errors = try examine(overrides + [text]).recipe.problems.diagnostics } catch let thrown
            as RecipeErrors
          {
            errors = thrown.diagnostics
          }
          let own = errors.first { $0.severity == .error && $0.place?.file == Place.commandLine }
          if let own { return "\(text) cannot run: \(own.message)" }
        }
        return nil
      }
    }
  }

  private static func recipe(_ cells: [String], _ parameters: [(name: String, values: [String])]) -> String {
    """
    config: { data: { synthetic: { users: 40, items: 25, clicks: 400 } } }
    split: { validation: second_last }
    encode: { max_seq_len: 5 }
    model: { embedding_dim: 4, hidden_units: [4] }
    train: { epochs: 2, validation: {} }
    index:

    """ + cells.joined(separator: "\n")
      + "\nsweep:\n  method: grid\n  metric: train.validation_ndcg@20\n  parameters:\n"
      + parameters.map { "    \($0.name): { values: [\($0.values.joined(separator: ", "))] }\n" }.joined()
  }

  @Test("a thousand cells with a parameter in each are looked over a few times")
  func thousand() throws {
    let cells = (0..<1000).map { "eval as e\($0): { k: [5] }" }
    let bench = Bench(Self.recipe(cells, (0..<1000).map { ("e\($0).seed", ["1", "2", "3"]) }))
    #expect(try bench.found() == [])
    // As it is, and with the first, second and third value of each.
    #expect(bench.examined == 4)
  }

  @Test("where all of three hundred are wrong, each is told at its place")
  func wrong() throws {
    let cells = (0..<300).map { "eval as e\($0): { k: [5] }" }
    let bench = Bench(Self.recipe(cells, (0..<300).map { ("e\($0).seed", ["1", "-\($0 + 1)", "x"]) }))
    let found = try bench.found()
    #expect(found.count == 101)
    for (number, message) in found.prefix(100).enumerated() {
      let line = 6 + 300 + 4 + number + 1
      let start = "s.yaml:\(line):5 e\(number).seed=-\(number + 1) cannot run: expected an integer"
      #expect(message.hasPrefix(start), "\(message)")
    }
    #expect(found.last == " and 200 more problems like these")
    #expect(bench.examined < 50)
  }

  @Test(
    "a continuous range of a setting that takes whole numbers alone is refused, also where its ends are whole"
  )
  func continuous() throws {
    let text = Self.recipe(["eval as e: { k: [5] }"], [("e.seed", ["1"])])
      .replacing("method: grid", with: "method: random").replacing(
        "{ values: [1] }",
        with: "{ min: 1.0, max: 9.0 }"
      )
    let found = try Bench(text).found()
    #expect(found.count == 1 && found[0].contains("e.seed=1.5 cannot run: expected an integer"), "\(found)")
  }

  @Test("a stop that is asked for is heard between two values")
  func stopped() throws {
    let bench = Bench(Self.recipe(["eval as e: { k: [5] }"], [("e.seed", ["1", "2"])]))
    let plan = try bench.examine([])
    // Other tests run meanwhile, and would hear a request to the whole process.
    var isAskedFor = false
    let trials = ValueTrials(plan, overrides: []) { overrides in
      isAskedFor = true
      return try bench.examine(overrides)
    } checkStop: {
      if isAskedFor { throw Interrupted() }
    }
    let value = ValueTrials.Value(parameter: 0, name: "e.seed", override: "e.seed=1")
    #expect(try trials.refused([value]).isEmpty)
    #expect(throws: Interrupted.self) { try trials.refused([value]) }
  }

  /// Settings of cells and values of them: right ones, wrong ones, ones that are wrong beside what stands elsewhere, and ones
  /// that make a cell ask another.
  private static let choices: [(cell: String, setting: String, values: [String])] = [
    ("m", "embedding_dim", ["4", "6", "0", "9"]), ("m", "hidden_units", ["[4]", "[6, 2]", "[]", "[x]"]),
    ("m", "pooling", ["mean", "last", "best"]), ("m", "temperature", ["0.1", "-1"]),
    ("t", "model", ["m1", "m2", "nobody"]), ("t", "epochs", ["1", "0", "x"]),
    ("t", "validation.k", ["[3]", "[0]"]), ("t", "early_stopping.patience", ["1", "x"]),
    ("t", "hard_negatives.every", ["1", "5"]),
    ("t", "loss", ["in_batch_softmax", "sampled_softmax", "none"]),
    ("i", "train", ["t1", "t2", "e1"]), ("i", "type", ["Flat", "PQ2", "PQ3", "HNSW8", "IVF2,Flat", "Best"]),
    ("i", "ef_search", ["16", "0"]), ("e", "index", ["i1", "i2", "index", "t1"]),
    ("e", "k", ["[3]", "[0]", "3"]), ("e", "seed", ["1", "-1", "x"]),
    ("e", "baselines", ["[popularity]", "[fame]"]), ("e", "seen", ["keep", "see"]),
  ]

  /// The cells of two models with what follows them, some of which refer to others.
  private static func cells(_ draw: inout SplitMix) -> [String] {
    let unit = ["4", "'${m1.embedding_dim}'"][draw.below(2)]
    return [
      "model as m1: { embedding_dim: 4, hidden_units: [4] }",
      "model as m2: { embedding_dim: 6, hidden_units: [\(unit)] }",
      "train as t1: { model: m1, epochs: 2, validation: {} }",
      "train as t2: { model: \(["m1", "m2"][draw.below(2)]), epochs: 2, validation: {} }",
      "index as i1: { train: t1, type: \(["Flat", "PQ2"][draw.below(2)]) }",
      "index as i2: { train: t2 }",
      "eval as e1: { index: i1, k: [3], seed: \(["7", "'${m2.embedding_dim}'"][draw.below(2)]) }",
      "eval as e2: { index: \(["i1", "i2"][draw.below(2)]), k: [3] }",
      "eval as e3: { k: [3], seed: \(["7", "'${x-common.seed}'"][draw.below(2)]) }",
      "x-common: { seed: \(["7", "'${e2.seed}'"][draw.below(2)]) }",
    ]
  }

  @Test("in random recipes what is found is what each value alone comes to")
  func agree() throws {
    var tried = 0
    for number in 0..<max(30, PropertyCases.count / 10) {
      var draw = SplitMix(seed: number, stream: 961)
      let cells = Self.cells(&draw)
      var parameters: [(name: String, values: [String])] = []
      for choice in Self.choices {
        for cell in 1...3 where draw.below(5) == 0 && (cell < 3 || choice.cell == "e") {
          // Mostly right ones, so that many are left to be tried together.
          let values = choice.values.filter { $0 == choice.values[0] || draw.below(4) == 0 }
          if values.count > 1 { parameters.append(("\(choice.cell)\(cell).\(choice.setting)", values)) }
        }
      }
      if parameters.isEmpty { continue }
      let bench = Bench(Self.recipe(cells, parameters), overrides: draw.below(2) == 0 ? [] : ["e2.k=[4]"])
      let expected = try bench.foundOneByOne(parameters)
      // Where even the recipe cannot be read as a sweep there is nothing to try.
      let found = try bench.found().map { $0.drop { $0 != " " }.dropFirst() }.map(String.init)
      tried += expected.isEmpty ? 0 : 1
      #expect(found.sorted() == expected.sorted(), "case \(number)\n\(Self.recipe(cells, parameters))")
    }
    #expect(tried > 5)
  }
}
