/// Recipes that the program carries with it.
package enum BuiltInRecipe {
  /// `recipes/quickstart.yaml`, as it was when the program was built.
  package static var quickstart: String { String(decoding: PackageResources.quickstart_yaml, as: UTF8.self) }
}
