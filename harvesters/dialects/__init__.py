"""What one kind of portal says, in its own words, and how it is asked: nothing here fetches; its protocol does."""
