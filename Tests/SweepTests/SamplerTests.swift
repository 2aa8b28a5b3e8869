import Testing

@testable import Sweep

@Suite("Random, grid and Sobol samplers")
struct SamplerTests {
  private let conditional: SearchSpace = {
    var depth = Build.integer("depth", 1, 4)
    depth.when = [.init(parameter: "kind", allowed: [1])]
    var dropout = Build.real("dropout", 0, 0.5, step: 0.25)
    dropout.when = [.init(parameter: "kind", allowed: [2])]
    return SearchSpace([Build.choice("kind", 3), depth, dropout, Build.choice("rate", 2)])
  }()

  @Test("the grid of conditional parameters has (1 + 4 + 3) · 2 combinations, each once")
  func gridCount() {
    let sampler = GridSampler()
    #expect(sampler.count(conditional) == 16)
    let trials = Build.search(sampler, conditional, trials: 100) { _ in 0 }
    #expect(trials.count == 16)
    #expect(Set(trials.map(\.assignment)).count == 16)
    #expect(Build.propose(sampler, conditional, trials) == nil)
    #expect(trials[0].assignment == ["kind": 0, "rate": 0])
    #expect(trials[1].assignment == ["kind": 0, "rate": 1])
    #expect(trials[2].assignment == ["kind": 1, "depth": 1, "rate": 0])
    #expect(trials[15].assignment == ["kind": 2, "dropout": 0.5, "rate": 1])
  }

  @Test("a grid in strides has every combination once, and its beginning has values from all over")
  func gridStrides() {
    for count in [1, 2, 3, 48, 81, 97, 1000] {
      let stride = GridStride(count)
      #expect(Set((0..<count).map(stride.place)) == Set(0..<count))
      // No gap between the first tenth of them is wider than four times an even one.
      let begun = max(1, count / 10)
      let places = [-1] + (0..<begun).map(stride.place).sorted() + [count]
      let widest = zip(places.dropFirst(), places).map { $0 - $1 }.max() ?? 0
      #expect(widest <= 4 * (count / begun + 1), "\(count): \(widest)")
    }
    let space = SearchSpace([Build.integer("rate", 0, 11), Build.choice("kind", 4)])
    let trials = Build.search(GridSampler(isSpread: true), space, trials: 100) { _ in 0 }
    #expect(trials.count == 48 && Set(trials.map(\.assignment)).count == 48)
    let rates = Set(trials.prefix(12).compactMap { $0.assignment["rate"] })
    #expect(rates.contains { $0 < 3 } && rates.contains { $0 > 8 } && rates.count >= 6)
    let huge = SearchSpace((0..<50).map { Build.integer("p\($0)", 1, 1000) })
    #expect(Build.propose(GridSampler(isSpread: true), huge, [Build.complete(0, [:], 1)]) != nil)
  }

  @Test("the grid goes on after what was tried, in any order, and counts huge spaces without a walk")
  func gridHistory() {
    let space = SearchSpace([Build.integer("a", 3, 5)])
    let tried = [Build.complete(0, ["a": 4], 1), Trial(number: 1, assignment: ["a": 3], state: .failed)]
    #expect(Build.propose(GridSampler(), space, tried) == ["a": 5])
    let huge = SearchSpace((0..<50).map { Build.integer("p\($0)", 1, 1000) })
    #expect(GridSampler().count(huge) == .max)
    #expect(Build.propose(GridSampler(), huge)?["p49"] == 1)
    #expect(GridSampler().count(SearchSpace([])) == 1)
    let steps = SearchSpace([
      Parameter(name: "s", distribution: .integer(min: 1, max: 8, isLog: false, step: 3))
    ])
    #expect(Build.search(GridSampler(), steps, trials: 9) { _ in 0 }.map { $0.assignment["s"] } == [1, 4, 7])
  }

  @Test("the grid names the parameters it cannot do")
  func gridUnsupported() {
    let normal = Parameter(name: "n", distribution: .normal(mean: 0, deviation: 1))
    let space = SearchSpace([Build.real("x", 0, 1), Build.choice("c", 2), normal, Build.real("one", 3, 3)])
    #expect(GridSampler().unsupported(space) == ["x", "n"])
    #expect(Build.propose(GridSampler(), space) == nil)
    #expect(GridSampler().count(space) == 0)
  }

  @Test("the Sobol sequence begins as Joe and Kuo's (reference: SciPy), in 40 dimensions")
  func sobolPoints() {
    let points: [[Double]] = (0..<8).map { index in
      (0..<4).map { Double(SobolSampler.bits(UInt32(index), dimension: $0)) * 0x1p-32 }
    }
    #expect(points[0] == [0, 0, 0, 0])
    #expect(points[1] == [0.5, 0.5, 0.5, 0.5])
    #expect(points[2] == [0.75, 0.25, 0.25, 0.25])
    #expect(points[4] == [0.375, 0.375, 0.625, 0.875])
    #expect(points[7] == [0.125, 0.625, 0.375, 0.125])
    let far = (0..<40).map { Double(SobolSampler.bits(13, dimension: $0)) * 0x1p-32 }
    #expect(Array(far[18...22]) == [0.5625, 0.9375, 0.5625, 0.0625, 0.8125])
    #expect(far[39] == 0.9375)
  }

  @Test(
    "any 16 Sobol points from the start put one in each sixteenth, for any seed",
    arguments: [1, 77] as [UInt64]
  )
  func sobolStrata(seed: UInt64) {
    let space = SearchSpace((0..<45).map { Build.real("p\($0)", 0, 16) })
    let trials = Build.search(SobolSampler(), space, trials: 16, seed: seed) { _ in 0 }
    for name in ["p0", "p1", "p20", "p39"] {
      #expect(trials.compactMap { $0.assignment[name].map { Int($0) } }.sorted() == Array(0..<16))
    }
    #expect(trials.allSatisfy { $0.assignment.count == 45 })
  }

  @Test("random draws fill all values evenly, and go by seed and number only")
  func random() {
    let space = SearchSpace([
      Build.integer("i", 1, 4), Build.choice("c", 3, [0.5, 0, 0.5]), Build.real("l", 1e-4, 1, log: true),
    ])
    let trials = Build.search(RandomSampler(), space, trials: 4000) { _ in 0 }
    for value in 1...4 {
      // 1000 expected; four standard deviations are 110.
      #expect(abs(trials.count { $0.assignment["i"] == Double(value) } - 1000) < 110)
    }
    #expect(!trials.contains { $0.assignment["c"] == 1 })
    #expect(abs(trials.count { $0.assignment["c"] == 0 } - 2000) < 127)
    #expect(abs(trials.count { ($0.assignment["l"] ?? 1) < 1e-2 } - 2000) < 127)
    let again = (0..<9).map { _ in Trial(number: 0, assignment: [:], state: .failed) }
    #expect(Build.propose(RandomSampler(), space, again) == trials[9].assignment)
    #expect(Build.propose(RandomSampler(), space, again, seed: 2) != trials[9].assignment)
  }

  @Test("draws of a normal parameter have its mean and deviation")
  func normal() {
    let space = SearchSpace([Parameter(name: "n", distribution: .normal(mean: 3, deviation: 2))])
    let values = Build.search(RandomSampler(), space, trials: 4000) { _ in 0 }.compactMap {
      $0.assignment["n"]
    }
    let mean = values.reduce(0, +) / 4000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
    #expect(abs(mean - 3) < 0.13)
    #expect(abs(variance - 4) < 0.36)
  }

  @Test("a whole-number range in the logarithm: 1 is as likely as log(1.5 / 0.5) is of log(8.5 / 0.5)")
  func logCells() {
    let space = SearchSpace([Build.integer("i", 1, 8, log: true)])
    let ones = Build.search(RandomSampler(), space, trials: 4000) { _ in 0 }.count { $0.assignment["i"] == 1 }
    // log 3 / log 17 = 0.3878.
    #expect(abs(Double(ones) / 4000 - 0.3878) < 0.031)
  }
}
