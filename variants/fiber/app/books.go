package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

const maxTextLength = 200 // code points in a search, a title or a name

var (
	languageCode  = regexp.MustCompile(`^[a-z]{2}$`)
	pointerEscape = strings.NewReplacer("~", "~0", "/", "~1") // RFC 6901 §3
)

type author struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

type book struct {
	ID       int64  `json:"id"`
	Title    string `json:"title"`
	Author   author `json:"author"`
	Year     int    `json:"year"`
	Language string `json:"language"`
}

type bookList struct {
	Items  []book `json:"items"`
	Total  int64  `json:"total"`
	Limit  int64  `json:"limit"`
	Offset int64  `json:"offset"`
}

func (l *library) health(c *fiber.Ctx) error {
	if err := l.check(); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"status": "ok"})
}

func (l *library) listBooks(c *fiber.Ctx) error {
	limit, badLimit := integer(c, "limit", 20, 1, 100)
	offset, badOffset := integer(c, "offset", 0, 0, math.MaxInt64)
	author, badAuthor := integer(c, "author", 0, 1, math.MaxInt64)
	for _, err := range []error{badLimit, badOffset, badAuthor} {
		if err != nil {
			return err
		}
	}
	text := c.Query("q")
	if utf8.RuneCountInString(text) > maxTextLength {
		return badRequest(fmt.Sprintf("q has more than %d characters", maxTextLength))
	}
	list := bookList{Limit: limit, Offset: offset}
	if err := l.find(text, author, &list); err != nil {
		return err
	}
	return c.JSON(list)
}

func (l *library) showBook(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return fiber.NewError(fiber.StatusNotFound, "the id of a book is an integer")
	}
	found, err := l.book(id)
	if errors.Is(err, errNoBook) {
		return fiber.NewError(fiber.StatusNotFound, fmt.Sprintf("there is no book %d", id))
	}
	if err != nil {
		return err
	}
	return c.JSON(found)
}

func (l *library) addBook(c *fiber.Ctx) error {
	media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || media != fiber.MIMEApplicationJSON {
		return fiber.NewError(fiber.StatusUnsupportedMediaType, "the content is not declared as application/json")
	}
	added, invalid, err := readBook(c.Body())
	if err != nil {
		return err
	}
	if len(invalid) > 0 {
		return problem{Status: fiber.StatusUnprocessableEntity, Detail: "the book is invalid", Errors: invalid}.send(c)
	}
	if err := l.add(&added); err != nil {
		return err
	}
	c.Location(fmt.Sprintf("/api/books/%d", added.ID))
	return c.Status(fiber.StatusCreated).JSON(added)
}

// readBook reads the members one by one, so that it can report everything that
// is wrong at once. The error means that the content is not JSON.
func readBook(content []byte) (book, []invalidMember, error) {
	if !json.Valid(content) || !utf8.Valid(content) {
		return book{}, nil, badRequest("the content is not JSON in UTF-8")
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(content, &members) != nil || members == nil {
		return book{}, []invalidMember{{"", "is not an object"}}, nil
	}
	read := book{Language: "en"}
	var invalid []invalidMember
	member := func(name string, required bool, into any, rule string, valid func() bool) {
		raw, present := members[name]
		delete(members, name)
		switch {
		case !present && required:
			invalid = append(invalid, invalidMember{"/" + name, "is missing"})
		case present && (string(raw) == "null" || json.Unmarshal(raw, into) != nil || !valid()):
			invalid = append(invalid, invalidMember{"/" + name, rule})
		}
	}
	text := fmt.Sprintf("is not a string of 1 to %d characters", maxTextLength)
	member("title", true, &read.Title, text, func() bool { return fits(read.Title) })
	member("author", true, &read.Author.Name, text, func() bool { return fits(read.Author.Name) })
	member("year", true, &read.Year, "is not an integer from -3000 to 2100", func() bool {
		return -3000 <= read.Year && read.Year <= 2100
	})
	member("language", false, &read.Language, "is not a code of two lower-case letters", func() bool {
		return languageCode.MatchString(read.Language)
	})
	for _, name := range slices.Sorted(maps.Keys(members)) {
		invalid = append(invalid, invalidMember{"/" + pointerEscape.Replace(name), "is not known"})
	}
	return read, invalid, nil
}

func fits(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxTextLength
}
