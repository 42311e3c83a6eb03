"""What can differ between the views of an image: one file a finding."""
