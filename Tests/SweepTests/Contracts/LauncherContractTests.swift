import Foundation
import Notebook
import Recipe
import TestSupport
import Testing

@testable import Sweep

/// What every launcher of trials holds to; one more is a case of `Engine`.
@Suite("Launchers: the contract of all")
struct LauncherContractTests {
  @Test("a job that ends is told of, and what it wrote is there", arguments: Engine.standIns)
  func ends(kind: Engine.Kind) async throws { try await Engine(kind).ends() }

  @Test("a job that lives is told of, ends when it is to, and may be ended twice", arguments: Engine.standIns)
  func cancelled(kind: Engine.Kind) async throws { try await Engine(kind).isCancelled() }

  @Test(
    "jobs of which nobody heard are missing, and those that were handed over are found by name",
    arguments: Engine.standIns
  )
  func unknown(kind: Engine.Kind) async throws { try await Engine(kind).findsItsOwn() }

  @Test("what an engine refuses is an error with its words, for good", arguments: Engine.standIns)
  func refuses(kind: Engine.Kind) throws { try Engine(kind).refuses() }
}

/// The same of a real Slurm: `Tests/Engines/slurm` starts one.
@Suite(
  "Launchers: the contract, with a real Slurm",
  .enabled(
    if: Engine.hasSlurm,
    "no Slurm answers here: start one with Tests/Engines/slurm and set SLURM_CONF"
  ),
  .serialized
)
struct SlurmContractTests {
  @Test("a job that ends is told of", arguments: [Engine.Kind.slurm, .slurmArray])
  func ends(kind: Engine.Kind) async throws { try await Engine(kind).ends() }

  @Test("a job that lives is ended", arguments: [Engine.Kind.slurm, .slurmArray])
  func cancelled(kind: Engine.Kind) async throws { try await Engine(kind).isCancelled() }

  @Test("jobs are found by name", arguments: [Engine.Kind.slurm, .slurmArray])
  func unknown(kind: Engine.Kind) async throws { try await Engine(kind).findsItsOwn() }

  @Test("an unknown partition is an error", arguments: [Engine.Kind.slurm, .slurmArray])
  func refuses(kind: Engine.Kind) throws { try Engine(kind).refuses() }
}

/// The same of a real Ray: `ray start --head`.
@Suite(
  "Launchers: the contract, with a real Ray",
  .enabled(
    if: Engine.hasRay,
    "no Ray: start one with 'ray start --head' and set RAY_ADDRESS=http://127.0.0.1:8265"
  ),
  .serialized
)
struct RayContractTests {
  @Test("a job that ends is told of") func ends() async throws { try await Engine(.ray).ends() }
  @Test("a job that lives is ended") func cancelled() async throws { try await Engine(.ray).isCancelled() }
  @Test("jobs are found by name") func unknown() async throws { try await Engine(.ray).findsItsOwn() }
  @Test("what it refuses is an error") func refuses() throws { try Engine(.ray).refuses() }
}
