import Foundation
import Testing

/// Sweeps that are asked to stop, by a signal or by a command.
@Suite("Sweeps that stop", .serialized)
struct SweepStopTests {
  private static let recipe = """
    config: { seed: 3, data: { synthetic: { users: 200, items: 60, clicks: 2500 } } }
    split: { strategy: last_click, validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false }
    train: { epochs: 400, checkpoint_epochs: 1, batch_size: 64, learning_rate: 2e-3, validation: {} }
    sweep:
      method: random
      metric: train.validation_ndcg@20
      run_cap: 3
      parameters: { train.learning_rate: { min: 0.001, max: 0.01 } }
      confirm: { top: 0 }

    """

  private func begun() throws -> (Workplace, Workplace.Running) {
    let place = try Workplace()
    try place.write("s.yaml", Self.recipe)
    let running = try place.start(["sweep", "s.yaml", "--output", "study"])
    while running.process.isRunning,
      (try? place.text("study/logs/trials-0000.log"))?.contains("epoch") != true,
      place.list("study/logs").isEmpty || !place.hasCheckpoint()
    { usleep(20_000) }
    return (place, running)
  }

  private func status(_ place: Workplace) throws -> String {
    try place.run("sweep", "status", "study").output
  }

  @Test("An interrupt ends a sweep with 130, its trial waits, and the report says how far it came")
  func interrupt() throws {
    let (place, running) = try begun()
    kill(running.process.processIdentifier, SIGINT)
    #expect(try running.finish().status == 130)
    let text = try status(place)
    #expect(text.contains("1 waiting, 0 running, 0 complete, 0 pruned, 0 failed"), Comment(rawValue: text))
    #expect(place.exists("study/report.md"))
  }

  @Test("'sweep stop' ends the sweep of another process, which can be resumed")
  func stop() throws {
    let (place, running) = try begun()
    #expect(try place.run("sweep", "stop", "study").output == "asked 1 workers to stop\n")
    #expect(try running.finish().status == 0)
    #expect(try status(place).contains("1 waiting, 0 running"))
    let refused = try place.run("sweep", "resume", "nowhere")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("nowhere holds no study: there is no study.db in it"))
  }

  @Test("A trial ends with the sweep that started it, however that is killed")
  func orphan() throws {
    let (place, running) = try begun()
    kill(running.process.processIdentifier, SIGKILL)
    _ = try running.finish()
    usleep(1_500_000)
    let names = try FileManager.default.contentsOfDirectory(atPath: "/proc")
    let alive = names.filter { name in
      guard Int32(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else {
        return false
      }
      return String(decoding: line, as: UTF8.self).contains("sweep\0trial\0")
        && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == place.path
    }
    #expect(alive.isEmpty)
    #expect(try status(place).contains("0 workers"))
  }
}
