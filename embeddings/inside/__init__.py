"""Questions asked of models: what happens between the input and the last layer."""
