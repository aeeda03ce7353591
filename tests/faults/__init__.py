"""What happens when something breaks off in the middle: nothing is half in, nothing is lost, and it goes on after."""
