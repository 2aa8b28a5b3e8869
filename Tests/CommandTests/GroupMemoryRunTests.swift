import Files
import Glibc
import TestSupport
import Testing

/// A control group of this machine whose memory is limited; making one takes root and a system that lets it.
private final class LimitedGroup {
  let folder: String

  init?(bytes: Int) {
    for (base, name) in [
      ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"),
    ] {
      let folder = FilePaths.join(base, "towerbook-test-\(getpid())")
      guard mkdir(folder, 0o755) == 0 else { continue }
      if let file = fopen(FilePaths.join(folder, name), "w") {
        let isWritten = fputs("\(bytes)", file) >= 0
        if fclose(file) == 0 && isWritten {
          self.folder = folder
          return
        }
      }
      rmdir(folder)
    }
    return nil
  }

  deinit { rmdir(folder) }
}

@Suite("Control groups", .serialized)
struct GroupMemoryRunTests {
  private static let canLimit = !Sanitizer.isThere && LimitedGroup(bytes: 1 << 30) != nil

  @Test(
    "a run that needs more than its control group allows says so and is not killed, and goes on with more",
    .enabled(if: canLimit, "no control group can be limited here")
  )
  func limited() throws {
    let bytes = 160 << 20
    let group = try #require(LimitedGroup(bytes: bytes))
    let tool = try Tool()
    // Three numbers for each of 10,000 users' 4,096 dimensions, and as many for items, are a gigabyte.
    try tool.write(
      """
      config: { data: { synthetic: { users: 10000, items: 6000, clicks: 30000, interests: 5 } } }
      split: { strategy: last_click }
      encode: { max_seq_len: 3 }
      model: { embedding_dim: "${env:WIDTH}", hidden_units: [8] }
      train: { batch_size: 64, epochs: 1 }

      """,
      to: "r.yaml"
    )
    func run(_ width: Int) throws -> Tool.Outcome {
      try tool.run(
        ["-c", "echo $$ > '\(group.folder)/cgroup.procs' && exec '\(Tool.path)' run -q r.yaml"],
        program: "/bin/sh",
        environment: ["WIDTH": "\(width)"]
      )
    }
    let refused = try run(4096)
    #expect(refused.status == 1, "\(refused.errors)")
    #expect(refused.errors.contains("there is no memory"))
    #expect(refused.errors.contains("the control group of this process allows \(bytes) bytes"))
    // What needs less is done there, and the cells that were are kept.
    let done = try run(8)
    #expect(done.status == 0, "\(done.errors)")
    let doctor = try tool.run(
      ["-c", "echo $$ > '\(group.folder)/cgroup.procs' && exec '\(Tool.path)' doctor"],
      program: "/bin/sh"
    )
    #expect(doctor.output.contains("Memory of the control group"))
    #expect(doctor.output.contains("168 MB, of which "))
  }
}
