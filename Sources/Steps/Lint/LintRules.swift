import Notebook

/// What recipes are looked over for, in the order of the cells. A new rule is one file and one line here.
package enum LintRules {
  /// All rules.
  package static let all: [any LintRule.Type] = [
    SparseUserIDs.self, HighTemperature.self, LowTemperature.self, OneSidedLogQ.self, SmallPool.self,
    StallingLearningRate.self, DivergingLearningRate.self, LongWarmup.self, ShallowSearch.self,
    UnfetchedK.self, LargeK.self,
    RepeatedK.self, MixedInputs.self, IdleSetting.self,
  ]
}
