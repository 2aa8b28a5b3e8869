/// Values of the parameters that count in one trial, in internal form, by name.
public typealias Assignment = [String: Double]
