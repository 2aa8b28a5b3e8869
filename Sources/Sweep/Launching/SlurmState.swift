/// What Slurm calls the states of jobs (squeue(1), sacct(1), "JOB STATE CODES").
enum SlurmState {
  /// A state in Slurm's words as one of ours.
  /// - Parameters:
  ///   - word: `PENDING`, `CANCELLED by 1000`.
  ///   - reason: why it waits, or `None`.
  ///   - node: where it runs, or nothing.
  ///   - code: `exit:signal` of accounting, or nil.
  static func state(_ word: String, reason: String, node: String, code: String?) -> JobState {
    let name = String(word.split(whereSeparator: { $0 == " " || $0 == "+" }).first ?? "")
    switch name {
    case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESIZING",
      "SUSPENDED",
      "STOPPED", "POWER_UP_NODE":
      return .waiting(reason.isEmpty || reason == "None" ? nil : reason)
    case "RUNNING", "COMPLETING", "SIGNALING", "STAGE_OUT", "UPDATE_DB":
      return .running(node.isEmpty ? nil : node)
    case "COMPLETED": return .ended(.exited(0))
    case "FAILED": return .ended(code.flatMap(end(code:)) ?? .unknown("FAILED"))
    case "TIMEOUT", "DEADLINE": return .ended(.timeLimit)
    case "PREEMPTED": return .ended(.preempted)
    case "NODE_FAIL", "BOOT_FAIL": return .ended(.nodeFailed)
    case "OUT_OF_MEMORY": return .ended(.outOfMemory)
    case "CANCELLED", "REVOKED": return .ended(.cancelled)
    default: return .ended(.unknown(word))
    }
  }

  /// `3:0` is an exit code, `0:9` a signal.
  private static func end(code: String) -> JobEnd? {
    let parts = code.split(separator: ":").compactMap { Int32($0) }
    guard parts.count == 2 else { return nil }
    return parts[1] > 0 ? .signalled(parts[1]) : .exited(parts[0])
  }
}
