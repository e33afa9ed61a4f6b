"""What is created: ComponentResources, one noun each."""
