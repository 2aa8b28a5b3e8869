import Glibc
import Notebook
import Testing

@testable import Sweep

@Suite("When a search is settled")
struct SettlingTests {
  private static let points = [[0.1, 0.2], [0.4, 0.9], [0.8, 0.3], [0.6, 0.6], [0.25, 0.75]]
  private static let values = [1.0, 0.2, 0.7, -0.4, 0.1]

  /// By NumPy: Cholesky of Matérn 5/2 plus noise, mean and variance by generalised least squares.
  @Test("a Gaussian process says what NumPy says")
  func process() throws {
    let process = try #require(
      GaussianProcess(points: Self.points, values: Self.values, length: 0.5, noise: 0.1)
    )
    func near(_ one: Double, _ other: Double) -> Bool { abs(one - other) < 1e-10 }
    #expect(near(process.mean, 0.6669003967135165))
    #expect(near(process.variance, 0.48047165616465765))
    #expect(near(process.logLikelihood, 2.765111001857154))
    let known = process.posterior(at: [[0.5, 0.5], [0.9, 0.9]])
    for (one, other) in zip(known.means, [-0.021675995575472506, 0.14204422330625666]) {
      #expect(near(one, other))
    }
    let covariance = [
      [0.1279141849461074, -0.048652010573119464], [-0.04865201057311924, 0.5891627663846097],
    ]
    for (row, expected) in zip(known.covariance, covariance) {
      for (one, other) in zip(row, expected) { #expect(near(one, other)) }
    }
    #expect(GaussianProcess(points: Self.points, values: [1, 1, 1, 1, 1], length: 0.5, noise: 0.1) == nil)
  }

  @Test(
    "settings lie where they are drawn from; choices are one apart; what does not count stands in the middle"
  )
  func coordinates() {
    let space = SearchSpace([
      Build.real("rate", 1e-4, 1, log: true), Build.choice("loss", 3),
      Parameter(
        name: "pool",
        distribution: .integer(min: 0, max: 10, isLog: false, step: 1),
        when: [.init(parameter: "loss", allowed: [1])]
      ),
    ])
    let place = SettingPoint(space)
    let half = 0.5.squareRoot()
    let first = place.coordinates(["rate": 1e-2, "loss": 0])
    #expect(first == [0.5, half, 0, 0, 0.5])
    let second = place.coordinates(["rate": 1e-4, "loss": 1, "pool": 0])
    // The cell of 0 begins half a step before it: 0.5 / 11.
    #expect(second.dropLast() == [0, 0, half, 0] && abs(second[4] - 0.5 / 11) < 1e-12)
  }

  /// The line is NumPy's: `polyfit([1, 2, 3, 5], [-1, -3, -2, -6], 1)` is -8/7 x and 1/7.
  @Test("one that was stopped stands where others with such a value ended, and never before the best")
  func stopped() {
    func whole(_ number: Int, _ early: Double, _ result: Double) -> Trial {
      var trial = Build.walk(number, .complete, [1: early, 2: result])
      trial.values = [result]
      return trial
    }
    let complete = [whole(0, 1, 1), whole(1, 2, 3), whole(2, 3, 2), whole(3, 5, 6)]
    func loss(_ value: Double, _ known: [Trial], epoch: Int = 1, _ state: TrialState = .pruned) -> Double? {
      let mine = Build.walk(9, state, [epoch: value])
      return FullValue.losses(known + [mine], Build.up).first { !$0.isComplete }?.loss
    }
    #expect(loss(4, complete).map { abs($0 + 31.0 / 7) < 1e-12 } == true)
    #expect(loss(40, complete) == -6 && loss(-40, complete) == -1)
    #expect(loss(4, Array(complete.prefix(2))) == nil && loss(.nan, complete) == nil)
    #expect(loss(4, complete, epoch: 3) == nil && loss(4, complete, .failed) == nil)
  }

  /// A bowl over a square with its best at the middle, and noise that hangs on the place.
  private static func bowl(_ assignment: Assignment) -> Double {
    let (x, y) = (assignment["x"] ?? 0, assignment["y"] ?? 0)
    return (x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)
  }

  private static let square = SearchSpace([
    Build.real("x", 0, 1, step: 0.125), Build.real("y", 0, 1, step: 0.125),
  ])

  private static func settling(
    _ space: SearchSpace,
    _ sampler: any Sampler,
    cap: Int,
    isAdaptive: Bool = false,
    seed: UInt64 = 1
  ) -> Settling {
    Settling(
      space: space,
      goal: Build.down,
      sampler: sampler,
      isAdaptive: isAdaptive,
      cap: cap,
      seed: seed,
      confidence: 0.95
    )
  }

  @Test("a grid whose best lies in the middle is settled once its neighbours are known, not before")
  func grid() throws {
    let grid = GridSampler()
    // In written order the middle of the bowl comes as number 40 of 81.
    let history = Build.search(grid, Self.square, trials: 81, loss: Self.bowl)
    let settling = Self.settling(Self.square, grid, cap: 81)
    #expect(settling.verdict(Array(history.prefix(9))) == nil)
    let early = try #require(settling.verdict(Array(history.prefix(20))))
    #expect(!early.isSettled && early.left == 61)
    let late = try #require(settling.verdict(Array(history.prefix(60))))
    #expect(late.isSettled && late.left == 21)
    // Nothing is left of a whole grid.
    #expect(settling.verdict(history) == Settling.Verdict(chance: 0, left: 0, isSettled: true))
  }

  @Test("a setting that runs can win as well as one that is left")
  func running() throws {
    let grid = GridSampler()
    var history = Build.search(grid, Self.square, trials: 81, loss: Self.bowl)
    // The middle and its neighbours run.
    for number in [30, 31, 32, 39, 40, 41, 48, 49, 50] {
      history[number].state = .running
      history[number].values = nil
    }
    let verdict = try #require(Self.settling(Self.square, grid, cap: 81).verdict(history))
    #expect(verdict.left == 0 && !verdict.isSettled)
  }

  @Test("it is settled by what the sampler would yet propose, and where that is open by the whole space")
  func samplers() throws {
    let space = SearchSpace([Build.real("x", 0, 1), Build.real("y", 0, 1)])
    let history = Build.search(RandomSampler(), space, trials: 14, loss: Self.bowl)
    func chance(_ sampler: any Sampler, isAdaptive: Bool = false) throws -> Double {
      try #require(
        Self.settling(space, sampler, cap: 15, isAdaptive: isAdaptive).verdict(history)
      ).chance
    }
    // The one that is left is known; somewhere there is a better place than the best of fourteen.
    let random = try chance(RandomSampler())
    #expect(try chance(SobolSampler()) != random)
    #expect(try chance(RandomSampler(), isAdaptive: true) > random)
  }

  @Test("searches that end by themselves lose a better setting seldom")
  func calibration() {
    var draws = RandomStream(seed: 5, number: 0, parameter: 0)
    let space = SearchSpace([Build.real("x", 0, 1), Build.real("y", 0, 1)])
    var (ended, lost) = (0, 0)
    for search in 0..<40 {
      let (top, side) = ((draws.unit(), draws.unit()), (draws.unit(), draws.unit()))
      let deviation = 0.02
      func truth(_ setting: Assignment) -> Double {
        let (x, y) = (setting["x"] ?? 0, setting["y"] ?? 0)
        func hill(_ place: (Double, Double), _ width: Double) -> Double {
          exp(-((x - place.0) * (x - place.0) + (y - place.1) * (y - place.1)) / (2 * width * width))
        }
        return -hill(top, 0.25) - 0.8 * hill(side, 0.2)
      }
      let seed = UInt64(search + 100)
      let all = Build.search(RandomSampler(), space, trials: 40, seed: seed) { setting in
        let (one, two) = (draws.unit(), draws.unit())
        return truth(setting) + deviation * (-2 * log(one)).squareRoot() * cos(2 * .pi * two)
      }
      let settling = Self.settling(space, RandomSampler(), cap: 40, seed: seed)
      guard
        let count = (10..<40).first(where: { settling.verdict(Array(all.prefix($0)))?.isSettled == true })
      else { continue }
      ended += 1
      let best = all.prefix(count).min { ($0.values?[0] ?? 0) < ($1.values?[0] ?? 0) }
      let bar = truth(best?.assignment ?? [:]) - deviation
      if all.dropFirst(count).contains(where: { truth($0.assignment) < bar }) { lost += 1 }
    }
    #expect(ended >= 10)
    #expect(lost <= 4)
  }
}
