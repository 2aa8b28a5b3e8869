import Testing

@testable import Sweep

@Suite("Pareto fronts")
struct ParetoTests {
  private let goals = [Build.up, Build.down]

  @Test("the front keeps what nothing beats, ties included, and no NaN")
  func front() {
    let trials = [
      Build.complete(0, [:], 0.9, 5), Build.complete(1, [:], 0.8, 3), Build.complete(2, [:], 0.8, 4),
      Build.complete(3, [:], 0.5, 1), Build.complete(4, [:], 0.9, 5), Build.complete(5, [:], .nan, 0),
      Build.walk(6, .pruned, [:]), Build.complete(7, [:], 1),
    ]
    #expect(ParetoFront.trials(trials, goals: goals).map(\.number) == [0, 1, 3, 4])
    #expect(ParetoFront.trials([], goals: goals).isEmpty)
    #expect(ParetoFront.trials(trials, goals: [Build.up]).map(\.number) == [7])
  }

  @Test("ranks peel one front after the other")
  func ranks() {
    #expect(ParetoFront.ranks([[1, 4], [2, 2], [2, 5], [4, 1], [5, 5], [3, 6]]) == [0, 0, 1, 0, 2, 2])
    #expect(ParetoFront.ranks([]) == [])
  }

  @Test("the area of three steps is 6, and points beyond the reference add nothing")
  func area() {
    let steps = [[1.0, 3], [2, 2], [3, 1]]
    #expect(ParetoFront.hypervolume(steps, reference: [4, 4]) == 6)
    #expect(ParetoFront.hypervolume(steps + [[2.5, 2.5], [0, 4], [9, 0]], reference: [4, 4]) == 6)
    #expect(ParetoFront.hypervolume([], reference: [4, 4]) == 0)
    #expect(ParetoFront.hypervolume([[1], [3]], reference: [4]) == 3)
  }

  @Test("the volume for three goals is cut into slices")
  func volume() {
    // Below 4: slice 1 to 2 is empty but for (3, 3): 1; 2 to 3 that is 1 again; 3 to 4 has 8 of the other two.
    #expect(ParetoFront.hypervolume([[1, 2, 3], [2, 1, 3], [3, 3, 1]], reference: [4, 4, 4]) == 10)
  }
}
