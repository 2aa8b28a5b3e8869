import Notebook

/// The steps a recipe may have, in the order a notebook has them. A new step is one file and one line here.
package enum StepList {
  /// All steps.
  package static let all: [any Step.Type] = [
    ConfigStep.self, SplitStep.self, EncodeStep.self, ModelStep.self, TrainStep.self, IndexStep.self,
    EvalStep.self, RecallStep.self, SaveStep.self, CompareStep.self,
    ReplayStep.self, ScriptStep.self,
  ]

  /// All kinds of artifact.
  package static var artifacts: [any Artifact.Type] {
    [
      ConfigArtifact.self, SplitArtifact.self, EncodeArtifact.self, ModelArtifact.self, TrainArtifact.self,
      IndexArtifact.self, EvalArtifact.self, RecallArtifact.self, SaveArtifact.self, ScriptArtifact.self,
    ]
  }
}
