@testable import Sweep

/// The report's confirmation, by a name that the testing library does not take.
typealias FreshRuns = Confirmation

/// Studies that a report might trip over.
enum HardStudies {
  static let rate = Parameter(
    name: "train.learning_rate",
    distribution: .real(min: 1e-4, max: 0.1, isLog: true, step: nil)
  )

  /// A study of one goal that is to grow.
  static func study(_ trials: [Trial], _ parameters: [Parameter] = [rate]) -> StudyFacts {
    var facts = StudyFacts(
      title: "Study",
      recipe: "base.yaml",
      goals: [Goal(metric: "ndcg", direction: .maximize)],
      space: SearchSpace(parameters)
    )
    facts.trials = trials
    return facts
  }

  /// A completed trial.
  static func complete(_ number: Int, _ values: [Double], _ assignment: Assignment) -> Trial {
    var trial = Trial(number: number, assignment: assignment, state: .complete)
    trial.values = values
    return trial
  }

  static var empty: StudyFacts { study([]) }

  static var allFailed: StudyFacts {
    study(
      (0..<3).map { number in
        var trial = Trial(number: number, assignment: [rate.name: 0.01], state: .failed)
        trial.reason = number == 1 ? nil : "starting\nout of memory | no luck\n\n"
        return trial
      }
    )
  }

  static var constant: StudyFacts {
    study((0..<8).map { complete($0, [0.25], [rate.name: 0.01]) })
  }

  static var oneParameter: StudyFacts {
    study((0..<8).map { complete($0, [0.1 + 0.01 * Double($0)], [rate.name: 0.001 * Double($0 + 1)]) })
  }

  static var notNumbers: StudyFacts {
    var facts = study([
      complete(0, [.nan], [rate.name: 0.01]), complete(1, [0.2], [rate.name: .nan]),
      complete(2, [.infinity], [rate.name: -1]), complete(3, [0.3], [rate.name: 0]),
    ])
    facts.trials[3].intermediates = [.init(step: 1, value: .nan), .init(step: 2, value: 0.3)]
    facts.importance = ParameterImportance(method: "fANOVA", shares: [(rate.name, .nan)])
    facts.baseline = .nan
    facts.cost.wallSeconds = .nan
    facts.confirmation = Confirmation(
      seeds: [1, 2],
      testMetric: "test",
      entries: [.init(group: 3, searchValue: .nan, validation: [.nan, .nan], test: [.nan, .nan])]
    )
    return facts
  }

  static var twoGoals: StudyFacts {
    var facts = study(
      (0..<30).map { number in
        let place = Double((number * 7) % 30)
        let quality = 0.2 + 0.002 * place - 0.0001 * Double((number * 11) % 30) * Double(number % 3)
        return complete(
          number,
          [quality, 100 + 8 * place + Double((number * 13) % 17)],
          [rate.name: 0.001 * (place + 1)]
        )
      }
    )
    facts.goals.append(Goal(metric: "train.seconds", direction: .minimize))
    return facts
  }

  static var longNames: StudyFacts {
    let names = (0..<12).map {
      "model.tower.user.a_rather_long_section_name_\($0).with_a_setting_that_goes_on_and_on_\($0)"
    }
    let parameters = names.map {
      Parameter(name: $0, distribution: .real(min: 0, max: 1, isLog: false, step: nil))
    }
    return study(
      (0..<20).map { number in
        let pairs = names.enumerated().map { ($0.element, Double((number * ($0.offset + 3)) % 17) / 17) }
        return complete(number, [Double(number % 7)], Dictionary(uniqueKeysWithValues: pairs))
      },
      parameters
    )
  }
}
