import Foundation
import Testing

/// Runs that are stopped, that run beside each other, and caches that were damaged.
@Suite("Interrupted, concurrent and damaged runs", .serialized)
struct ResumeTests {
  private static let recipe = """
    config: { seed: 3, data: { synthetic: { users: 300, items: 60, clicks: 4000 } } }
    split: { strategy: last_click, validation: second_last }
    encode: { max_seq_len: 10 }
    model: { embedding_dim: 16, hidden_units: [32, 16] }
    train:
      epochs: 30
      checkpoint_epochs: 1
      batch_size: 64
      learning_rate: 2e-3
      schedule: cosine
      validation: {}
      early_stopping: { patience: 30 }
    index:
    recall: { k: 5 }
    save:

    """
  private static let results = ["model/weights.safetensors", "faiss_index.bin", "recall_candidates.csv"]

  private static func workplace() throws -> Workplace {
    let place = try Workplace()
    try place.write("long.yaml", recipe)
    return place
  }

  @Test("A signal ends the run with 130; the next run goes on and ends in the same bytes")
  func resumes() throws {
    let place = try Self.workplace()
    #expect(try place.run("run", "long.yaml", "--cache", "c1", "--output", "whole", "-q").status == 0)
    for signal in [SIGINT, SIGTERM, SIGKILL] {
      let outputs = "out\(signal)"
      try stop(by: signal, outputs, place)
      let resumed = try place.run("run", "long.yaml", "--outputs", outputs)
      #expect(resumed.status == 0)
      #expect(resumed.errors.contains("\ngoing on after epoch "))
      for name in Self.results {
        #expect(try place.bytes("\(outputs)/long/latest/\(name)") == place.bytes("whole/\(name)"))
      }
      #expect(place.list("\(outputs)/.cache/checkpoints").isEmpty)
    }
  }

  @Test("A hang-up ends a run with 130, but not one that was started to ignore it")
  func hangUp() throws {
    let place = try Self.workplace()
    let inherited = signal(SIGHUP, SIG_DFL)  // the tests themselves may run under nohup
    defer { signal(SIGHUP, inherited) }
    try stop(by: SIGHUP, "gone", place)
    // As nohup starts a program: the signal is ignored, and that is handed down.
    let running = try place.start(
      ["-c", "trap '' HUP; exec \"$0\" run long.yaml --outputs stays", Tool.path],
      program: "/bin/sh"
    )
    try waitForCheckpoint("stays", of: running, in: place)
    kill(running.process.processIdentifier, SIGHUP)
    let whole = try running.finish()
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(place.exists("stays/long/latest/report.md"))
  }

  @Test("No thread that computes takes a signal: its stack pointer may point into other memory")
  func signalsHaveAThread() throws {
    let place = try Self.workplace()
    // OpenBLAS starts its threads as it is loaded, before anything can be blocked; it computes on its stacks.
    let running = try place.start(
      ["run", "long.yaml", "--threads", "4", "--outputs", "masked"],
      environment: ["OPENBLAS_NUM_THREADS": "1"]
    )
    try waitForCheckpoint("masked", of: running, in: place)
    let process = running.process.processIdentifier
    let caught = [SIGINT, SIGTERM, SIGHUP]
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
    let open = try threads.filter { thread in
      let status = try String(contentsOfFile: "/proc/\(process)/task/\(thread)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") })
      let blocked = try #require(UInt64(line.dropFirst("SigBlk:".count).drop { $0 == "\t" }, radix: 16))
      return caught.contains { blocked >> UInt64($0 - 1) & 1 == 0 }
    }
    #expect(threads.count > 4)
    #expect(open.count == 1 && !open.contains("\(process)"), "\(open) of \(threads)")
    kill(process, SIGTERM)
    #expect(try running.finish().status == 130)
  }

  /// Starts a run and ends it once there is a checkpoint.
  private func stop(by signal: Int32, _ outputs: String, _ place: Workplace) throws {
    let running = try place.start(["run", "long.yaml", "--outputs", outputs])
    try waitForCheckpoint(outputs, of: running, in: place)
    kill(running.process.processIdentifier, signal)
    let stopped = try running.finish()
    #expect(stopped.output == "")
    guard signal != SIGKILL else {
      #expect(stopped.status == 128 + SIGKILL)
      return
    }
    #expect(stopped.status == 130)
    let last = "interrupted; the same command goes on where this run stopped\n"
    #expect(stopped.errors.hasSuffix("\n" + last))
    #expect(place.list("\(outputs)/long").isEmpty)
    #expect(place.list("\(outputs)/.cache").allSatisfy { !$0.hasPrefix(".filling") })
  }

  private func waitForCheckpoint(_ outputs: String, of running: Workplace.Running, in place: Workplace) throws
  {
    let deadline = Date(timeIntervalSinceNow: 60)
    while !place.list("\(outputs)/.cache/checkpoints").contains(where: { $0.hasSuffix(".bundle") }) {
      try #require(running.process.isRunning && Date() < deadline, "the run ended before a checkpoint")
      usleep(500)
    }
  }

  @Test("Pruning leaves what a run is at, and the run ends well")
  func pruneBesideARun() throws {
    let place = try Self.workplace()
    #expect(try place.run("run", "r.yaml", "-q").status == 0)
    let running = try place.start(["run", "long.yaml"])
    try waitForCheckpoint("outputs", of: running, in: place)
    let pruned = try place.run("cache", "prune", "--all")
    #expect(pruned.status == 0 && pruned.errors == "")
    let lines = pruned.output.split(separator: "\n")
    #expect(
      lines.count == 2 && lines[0].hasPrefix("removed 10 results and checkpoints, "),
      "\(pruned.output)"
    )
    #expect(lines.last?.hasSuffix(" that a run is at") == true)
    let whole = try running.finish()
    #expect(whole.status == 0 && place.exists("outputs/long/latest/report.md"), "\(whole.errors)")
    #expect(place.exists("outputs/r/latest/recall_candidates.csv"))
  }

  @Test("Two runs at once on one cache share the work and do no harm")
  func concurrent() throws {
    let place = try Self.workplace()
    let both = try (0..<2).map { _ in
      try place.start(["run", "long.yaml", "train.epochs=5"])
    }
    let outcomes = try both.map { try $0.finish() }
    #expect(outcomes.map(\.status) == [0, 0])
    let reports = outcomes.map { place.file($0.output.trimmingCharacters(in: .newlines)) }
    #expect(Set(reports).count == 2)
    for name in Self.results {
      let contents = try reports.map { report in
        try Data(
          contentsOf: URL(fileURLWithPath: report).deletingLastPathComponent().appendingPathComponent(name)
        )
      }
      #expect(contents[0] == contents[1])
    }
    let trained = outcomes.filter { $0.errors.contains("epoch 1/5") }
    #expect(trained.count == 1)
  }

  @Test("A damaged cache entry is a warning and is made again", arguments: ["cut", "empty", "folder"])
  func damagedEntries(how: String) throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "--output", "before", "-q").status == 0)
    let entries = place.cacheEntries()
    try #require(entries.count == 10)  // nine cells, and the ranking that eval and recall share
    for entry in entries {
      let name = "outputs/.cache/\(entry)/entry.json"
      let bytes = try place.bytes(name)
      try FileManager.default.removeItem(atPath: place.file(name))
      switch how {
      case "cut": try place.write(name, bytes.prefix(bytes.count / 2))
      case "empty": try place.write(name, Data())
      default:
        try FileManager.default.createDirectory(atPath: place.file(name), withIntermediateDirectories: true)
      }
    }
    let outcome = try place.run("run", "r.yaml", "--output", "after", "-q")
    #expect(outcome.status == 0)
    let warnings = outcome.errors.split(separator: "\n")
    #expect(warnings.count == 10)
    for entry in entries {
      let start = "warning: the cached result \(entry) is damaged and is made again: "
      #expect(warnings.contains { $0.hasPrefix(start) })
    }
    #expect(try place.bytes("before/recall_candidates.csv") == place.bytes("after/recall_candidates.csv"))
  }

  @Test("A flipped byte in a cached file or artifact is found where it is read")
  func flippedBytes() throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "--output", "before", "-q").status == 0)
    for entry in place.cacheEntries() {
      for name in ["artifact.bundle", "files/recall_candidates.csv", "files/faiss_index.bin"] {
        let path = "outputs/.cache/\(entry)/\(name)"
        guard place.exists(path) else { continue }
        var bytes = try place.bytes(path)
        bytes[bytes.count / 2] ^= 0x10
        try FileManager.default.removeItem(atPath: place.file(path))
        try place.write(path, bytes)
      }
    }
    let outcome = try place.run("run", "r.yaml", "--output", "after", "-q")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("is damaged and is made again: "))
    for name in Self.results {
      #expect(try place.bytes("before/\(name)") == place.bytes("after/\(name)"))
    }
  }

  @Test("A changed digit in a cached entry is a warning, never an answer")
  func changedEntry() throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "--output", "before", "-q").status == 0)
    for entry in place.cacheEntries() {
      let name = "outputs/.cache/\(entry)/entry.json"
      let changed = try place.text(name).replacingOccurrences(of: "60", with: "61")
      try FileManager.default.removeItem(atPath: place.file(name))
      try place.write(name, changed)
    }
    let outcome = try place.run("run", "r.yaml", "--output", "after", "-q")
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("warning: the cached result "))
    #expect(try place.metrics("after")["config.users"] == 60)
  }
}
