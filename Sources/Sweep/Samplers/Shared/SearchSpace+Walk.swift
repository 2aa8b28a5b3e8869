extension SearchSpace {
  /// The values that `choose` gives to the parameters that count, in order.
  func assignment(_ choose: (Int, Parameter) -> Double) -> Assignment {
    var values = Assignment()
    for (index, parameter) in parameters.enumerated() where isActive(parameter, beside: values) {
      values[parameter.name] = choose(index, parameter)
    }
    return values
  }
}
