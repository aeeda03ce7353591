"""What people are told, as facts: a key and its values are kept, and the sentence is made when shown, in either language."""
