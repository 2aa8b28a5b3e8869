import CFaults

/// Mapped files whose bytes are gone: another process cut them short after they were mapped, or their disk fails.
package enum LostPages {
  /// From here on to read such a byte ends the process with code 1 and a message that names the file; without, the system
  /// ends it with SIGBUS. There is no way back to whoever reads: it may be in the middle of anything.
  package static func endWithMessage() { tb_report_lost_pages() }
}
