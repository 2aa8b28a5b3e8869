/// Values of the parameters that count in one trial, in internal form, by name.
package typealias Assignment = [String: Double]
