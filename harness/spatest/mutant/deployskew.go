package mutant

func deploySkewMutants() []Mutant { return nil }

func deploySkewOddities() []Mutant { return nil }
