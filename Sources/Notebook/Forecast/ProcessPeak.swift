import Files

/// The most that this process has had in memory.
enum ProcessPeak {
  /// The bytes, as the system tells; nil where it does not.
  static var bytes: Double? { SystemFile.bytes("VmHWM", in: "/proc/self/status").map(Double.init) }
}
