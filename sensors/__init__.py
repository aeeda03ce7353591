"""What starts runs by itself: files in the inbox, and the calendar."""
