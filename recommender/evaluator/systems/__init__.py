"""What is put side by side: the baselines here, and the lists that come from elsewhere."""
