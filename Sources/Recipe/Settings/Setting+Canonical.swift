import Files

extension Setting {
  /// One unambiguous line for hashing: keys sorted, strings escaped, reals as their shortest decimal that
  /// reads back the same (always with a point or exponent, so never equal to an integer's).
  ///
  /// Entries whose role is not among `roles` are left out at every level; origins and places never count.
  package func canonical(roles: Set<SettingRole> = [.compute]) -> String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .real(let value): value == 0 ? "0.0" : "\(value)"
    case .string(let value): JSONValue.quoted(value)
    case .list(let items): "[" + items.map { $0.canonical(roles: roles) }.joined(separator: ",") + "]"
    case .section(let entries): Self.canonical(entries, roles)
    }
  }

  private static func canonical(_ entries: [SettingEntry], _ roles: Set<SettingRole>) -> String {
    let kept = entries.filter { $0.isKept(by: roles) }.sorted { $0.key < $1.key }
    let pairs = kept.map { JSONValue.quoted($0.key) + ":" + $0.value.canonical(roles: roles) }
    return "{" + pairs.joined(separator: ",") + "}"
  }
}

extension SettingEntry {
  /// A section stays where anything in it does, or where it is empty and its own role is asked for.
  fileprivate func isKept(by roles: Set<SettingRole>) -> Bool {
    guard case .section(let entries) = value, !entries.isEmpty else { return roles.contains(role) }
    return entries.contains { $0.isKept(by: roles) }
  }
}
