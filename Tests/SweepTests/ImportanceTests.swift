import Glibc
import Testing

@testable import Sweep

@Suite("Importances")
struct ImportanceTests {
  private let space = SearchSpace([Build.real("y", 0, 1), Build.real("x", 0, 1)])

  /// 400 points, `y` and `x` on a lattice that leaves them unrelated.
  private func trials(_ loss: (Double, Double) -> Double) -> [Trial] {
    (0..<400).map { number in
      let (x, y) = ((Double(number % 20) + 0.5) / 20, (Double(number / 20) + 0.5) / 20)
      return Build.complete(number, ["x": x, "y": y], loss(x, y))
    }
  }

  @Test("a parameter that alone matters has nearly all of the share")
  func alone() {
    let shares = PedAnova().shares(
      of: trials { x, _ in (x - 0.3) * (x - 0.3) },
      in: space,
      goals: [Build.down]
    )
    #expect(shares.map(\.name) == ["x", "y"])
    #expect(shares[0].share > 0.99)
    #expect(abs(shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test("parameters that matter alike have like shares, and the goal's direction is minded")
  func alike() {
    let shares = PedAnova().shares(of: trials { $0 + $1 }, in: space, goals: [Build.down])
    #expect(abs(shares[0].share - 0.5) < 1e-9)
    let up = PedAnova().shares(of: trials { x, y in x < 0.3 ? x : y / 1000 }, in: space, goals: [Build.up])
    #expect(up[0].name == "x")
  }

  @Test("bins, their width by Scott's rule, and the prior, worked by hand")
  func grid() {
    // Bins 0, 1, 2 once each: deviation 1 below the quartile range of 2 / 1.34; 1.059 · 3^(-1/5).
    #expect(abs(ImportanceGrid.deviation([0, 1, 2], [1, 1, 1]) - 1.059 * pow(3, -0.2)) < 1e-12)
    #expect(ImportanceGrid.deviation([4], [9]) == 0)
    let real = ImportanceGrid(.real(min: 0, max: 49, isLog: false, step: nil))
    #expect(real.count == 50)
    // Halfway goes to the lower bin.
    #expect([0, 0.5, 0.51, 48.6, 49].map(real.bin) == [0, 0, 1, 49, 49])
    #expect(ImportanceGrid(.integer(min: 1, max: 7, isLog: false, step: 2)).count == 4)
    // ceil(log2(64)) + 1.
    #expect(ImportanceGrid(.integer(min: 1, max: 64, isLog: true, step: 1)).count == 7)
    let choice = ImportanceGrid(.categorical(count: 2, probabilities: nil))
    // (2 · 0.75 + 0.5) / 3 and (2 · 0.25 + 0.5) / 3.
    for (share, expected) in zip(choice.density([0, 0]), [2.0 / 3, 1.0 / 3]) {
      #expect(abs(share - expected) < 1e-15)
    }
    #expect(choice.density([0, 0, 1, 1]) == [0.5, 0.5])
    #expect(abs(real.density([3, 3, 40]).reduce(0, +) - 1) < 1e-12)
  }

  @Test("a choice's divergence of 1/9 and a conditional parameter's weight, worked by hand")
  func conditional() {
    // The best two of four trials have choice 0; the parameter under it is in both of them and in no other, with
    // the same values, so that it tells nothing beyond.
    var under = Build.choice("under", 2)
    under.when = [.init(parameter: "kind", allowed: [0])]
    let space = SearchSpace([under, Build.choice("kind", 2)])
    let trials = [
      Build.complete(0, ["kind": 0, "under": 0], 1), Build.complete(1, ["kind": 0, "under": 1], 2),
      Build.complete(2, ["kind": 1], 3), Build.complete(3, ["kind": 1], 4),
    ]
    let shares = PedAnova(targetQuantile: 0.5).shares(of: trials, in: space, goals: [Build.down])
    #expect(shares.map(\.name) == ["kind", "under"])
    #expect(abs(shares[0].share - 1) < 1e-12)
    // With a third that does tell: the best two have choice 0, as before, and 1/9 each makes halves.
    let twin = SearchSpace([Build.choice("kind", 2), Build.choice("twin", 2)])
    let both = [0.0, 0, 1, 1].enumerated().map {
      Build.complete($0.offset, ["kind": $0.element, "twin": 1 - $0.element], Double($0.offset))
    }
    let halves = PedAnova(targetQuantile: 0.5).shares(of: both, in: twin, goals: [Build.down])
    #expect(halves.map(\.share) == [0.5, 0.5])
  }

  @Test("too few trials give equal shares, none gives none; NaN and unfinished ones are left out")
  func few() {
    let one = [Build.complete(0, ["x": 0.5, "y": 0.5], 1)]
    let unusable = [
      Build.complete(1, ["x": 0, "y": 0], .nan), Trial(number: 2, assignment: ["x": 0], state: .running),
    ]
    #expect(PedAnova().shares(of: one + unusable, in: space, goals: [Build.down]).map(\.share) == [0.5, 0.5])
    #expect(PedAnova().shares(of: unusable, in: space, goals: [Build.down]).isEmpty)
    let fixed = SearchSpace([Build.real("x", 0.5, 0.5), Build.real("y", 0, 1)])
    let rows = (0..<20).map { Build.complete($0, ["x": 0.5, "y": Double($0) / 19], Double($0)) }
    #expect(PedAnova().shares(of: rows, in: fixed, goals: [Build.down]).map(\.share) == [1, 0])
  }

  @Test("with two goals what decides over the front matters")
  func twoGoals() {
    let rows = trials { x, _ in x }.map { trial in
      var trial = trial
      let (x, y) = (trial.assignment["x"] ?? 0, trial.assignment["y"] ?? 0)
      trial.values = [x + y, x + 1 - y]
      return trial
    }
    let shares = PedAnova().shares(of: rows, in: space, goals: [Build.down, Build.down])
    #expect(shares[0].name == "x")
    #expect(shares[0].share > 0.8)
  }
}
