"""What the page of analogies is made of: question, race, picture, gallery and lists."""
