import ClickFixtures
import Files
import Foundation
import Notebook
import Testing

@testable import Steps

/// What every step that writes an artifact holds to.
@Suite("Artifacts: the contract of all steps")
struct ArtifactContractTests {
  /// The file of the artifact, read and written again.
  private static func again<A: Artifact>(_ type: A.Type, _ bundle: Files.Bundle, to path: String) throws {
    try BundleFile.write(try A(bundle: bundle).bundle(), to: path)
  }

  @Test(
    "what was read of a file is written as the same bytes, again and again",
    arguments: ContractRecipe.Clicks.allCases
  )
  func roundTrip(clicks: ContractRecipe.Clicks) throws {
    let recipe = try ContractRecipe(clicks)
    let plan = try recipe.plan()
    var options = RunOptions()
    options.outputRoot = recipe.files.path("outputs")
    options.artifacts = StepList.artifacts
    options.allowsPrograms = true
    _ = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let cache = StepCache(folder: Runner.cacheFolder(options)) { Issue.record("\($0)") }
    let keys = try plan.keys()
    for kind in StepList.all.compactMap({ $0.writes }) {
      let position = try #require(plan.position(of: kind))
      let type = try #require(StepList.artifacts.first { $0.kind == kind }, "no artifact is called '\(kind)'")
      var bundle = try #require(cache.artifact(keys[position].compute))
      let folder = bundle.folder
      let file = cache.entryFolder(keys[position].compute) + "/artifact.bundle"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      for turn in 1...2 {
        let path = recipe.files.path("\(kind) \(turn)")
        try Self.again(type, bundle, to: path)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "\(kind), turn \(turn)")
        bundle = try BundleFile.read(path)
        bundle.folder = folder
      }
    }
  }
}
